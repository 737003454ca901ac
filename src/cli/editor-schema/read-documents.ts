import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import Type, { type TSchema } from "typebox";
import { sourceKinds } from "../../compose.ts";
import type { BundleFolders } from "../../decide/bundle-files.ts";
import { parseDocument } from "../../documents/document.ts";
import { DocumentError, type Problem } from "../../documents/problem.ts";
import { catalogueSchema } from "../../features/catalogue-schema.ts";
import { ManifestSchema } from "../../models/manifest-schema.ts";
import { PolicySchema } from "../../policy/policy-schema.ts";
import { catalogueNames } from "./catalogue-names.ts";
import { listNames } from "./list-names.ts";
import type { CommonNames, NamedModel, PolicyNames } from "./names.ts";
import { policyNames } from "./policy-names.ts";

/** What the documents in the folders declare, as far as they can be read. */
export interface Declared {
  /** Undefined if the catalogue cannot be read. */
  readonly common: CommonNames | undefined;
  /** Every policy there is, by id; undefined what is not JSON. */
  readonly policies: ReadonlyMap<string, PolicyNames | undefined>;
  /** What is wrong with the form of any document. Whether names are right is not asked here. */
  readonly problems: readonly Problem[];
}

const catalogueFile = "features.json";

/** @throws {DocumentError} if the folder of policies, or the catalogue in it, is not there */
export async function readDeclared({ policiesDir, modelsDir }: BundleFolders): Promise<Declared> {
  const problems: Problem[] = [];
  const read = async <Schema extends TSchema>(file: string, schema: Schema) =>
    parseDocument(file, await readFile(file, "utf8"), schema, problems)?.value;

  const ids = await policyIds(policiesDir);
  const policies = new Map<string, PolicyNames | undefined>();
  for (const id of ids) {
    const file = path.join(policiesDir, `${id}.json`);
    const text = await readFile(file, "utf8");
    parseDocument(file, text, PolicySchema, problems);
    const document = parseDocument(file, text, Type.Unknown(), []);
    policies.set(id, document && policyNames(document.value));
  }
  const catalogue = await read(path.join(policiesDir, catalogueFile), catalogueSchema(sourceKinds));
  const models: NamedModel[] = [];
  for (const file of await manifestFiles(modelsDir)) {
    const manifest = await read(file, ManifestSchema);
    if (manifest !== undefined) {
      const { name, version, description = "" } = manifest;
      models.push({ name, version, description });
    }
  }
  const files = await listNames(policiesDir);
  const names = catalogue && catalogueNames(catalogue);
  const common = names && { ...names, lists: [...files, ...names.lists], models };
  return { common, policies, problems };
}

/** Names with a dot are of other documents beside the policies. */
async function policyIds(policiesDir: string): Promise<readonly string[]> {
  const names = await readdir(policiesDir).catch((error: NodeJS.ErrnoException) => {
    const message = `the folder of policies cannot be read (${error.code})`;
    throw missing(policiesDir, message, "give the folder with --policies or VERDICT_POLICIES_DIR");
  });
  if (!names.includes(catalogueFile))
    throw missing(path.join(policiesDir, catalogueFile), "the feature catalogue is missing", `write ${catalogueFile}`);
  return names
    .filter((name) => name !== catalogueFile && /^[^.]+\.json$/.test(name))
    .map((name) => path.basename(name, ".json"))
    .sort();
}

function missing(file: string, message: string, fix: string): DocumentError {
  return new DocumentError([{ file, line: 0, column: 0, path: "$", message, fix }]);
}

async function manifestFiles(modelsDir: string): Promise<readonly string[]> {
  const names = await readdir(modelsDir, { recursive: true }).catch(() => []);
  return names
    .filter((name) => /^[^/\\]+[/\\][^/\\]+[/\\]manifest\.json$/.test(name))
    .sort()
    .map((name) => path.join(modelsDir, name));
}

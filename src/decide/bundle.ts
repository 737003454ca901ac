import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { DocumentError, type Problem } from "../documents/problem.ts";
import type { FeatureType } from "../domain/feature.ts";
import type { ConnectRemote } from "../domain/remote.ts";
import type { FeatureSource } from "../domain/source.ts";
import type { SourceKindDefinition } from "../domain/source-kind.ts";
import type { Catalogue } from "../features/catalogue.ts";
import { loadCatalogue } from "../features/load-catalogue.ts";
import type { Manifest } from "../models/manifest-schema.ts";
import { type LoadedFile, loadModels, type Models } from "../models/registry.ts";
import type { MakeEvaluator } from "../policy/evaluate.ts";
import { loadPolicy } from "../policy/load-policy.ts";
import { protosIn } from "./bundle-files.ts";
import { type CompiledPolicy, compilePolicy } from "./compile.ts";

/** `policies/` and `models/` as loaded at one moment: immutable, identified by a digest. */
export interface Bundle {
  /** SHA-256 over all its files, hexadecimal. */
  readonly digest: string;
  readonly catalogue: Catalogue;
  readonly policies: ReadonlyMap<string, CompiledPolicy>;
  readonly models: Models;
  close(): Promise<void>;
}

/** Gives the bundle that decides now. A decision asks once and keeps its answer. */
export interface Bundles {
  current(): Bundle;
}

export interface BundleOptions {
  readonly policiesDir: string;
  readonly modelsDir: string;
  readonly makeEvaluator: MakeEvaluator;
  /** The kinds of source that the catalogue may name besides aggregates. */
  readonly sourceKinds: readonly SourceKindDefinition[];
  /** Names of the lists in files that conditions may ask about, besides those of the catalogue. */
  readonly listNames: () => Promise<Iterable<string>>;
  /** Opens the catalogue's sources and lists; they are closed with the bundle. */
  readonly openSources: (catalogue: Catalogue) => OpenSources;
  /** Connects to the servers of models that run elsewhere; without it, those do not score. */
  readonly connectModel?: ConnectRemote;
}

export interface OpenSources {
  readonly sources: ReadonlyMap<string, FeatureSource>;
  /** See `CompileParts.lists`. */
  readonly lists: ReadonlyMap<string, FeatureSource>;
  close(): Promise<void>;
}

/** The catalogue's file; every other `*.json` beside it is a policy, or its tests. */
const catalogueName = "features.json";
const testsEnding = ".tests.json";

/**
 * Loads and checks everything.
 * @throws {DocumentError} with every problem of every document, if there is one.
 */
export async function loadBundle({
  policiesDir,
  modelsDir,
  makeEvaluator,
  sourceKinds,
  listNames,
  openSources,
  connectModel,
}: BundleOptions): Promise<Bundle> {
  const problems: Problem[] = [];
  const files = await readDocuments(policiesDir, problems);
  const { models, files: modelFiles } = await loadModels(modelsDir, problems, connectModel);
  let opened: OpenSources | undefined;
  const close = async () => {
    await Promise.all([opened?.close(), ...[...models.values()].map((model) => model.close())]);
  };
  try {
    const catalogueFile = files.find(({ name }) => name === catalogueName);
    const types = new Map<string, FeatureType>();
    const fetchedLists = new Set<string>();
    const listFiles = new Set(await listNames());
    const catalogue =
      catalogueFile &&
      loadCatalogue(path.join(policiesDir, catalogueName), catalogueFile.text, problems, sourceKinds, {
        types,
        lists: fetchedLists,
        listFiles,
      });
    const features = types.size > 0 ? types : undefined;
    if (features !== undefined) checkModelInputs(models, features, modelsDir, problems);
    // A catalogue that cannot be read may have any list.
    const lists = features && listFiles.union(fetchedLists);
    const scope = { features, models: new Set(models.keys()), lists, fetchedLists };
    const besides = testsBeside(files, policiesDir, problems);
    const policies = files
      .filter(({ name }) => name !== catalogueName && !name.endsWith(testsEnding))
      .map(({ name, text }) => loadPolicy(path.join(policiesDir, name), text, scope, problems, besides.get(name)));
    if (problems.length > 0 || catalogue === undefined) throw new DocumentError(problems);

    opened = openSources(catalogue);
    const { sources, lists: openLists } = opened;
    const parts = { catalogue, models, sources, lists: openLists, makeEvaluator };
    const compiled = policies.map((policy) => compilePolicy(policy!, parts));
    const digest = digestOf([
      ...files.map(({ name, text }) => ({ name: `policies/${name}`, content: Buffer.from(text) })),
      ...(await readProtos(policiesDir)),
      ...modelFiles,
    ]);
    return { digest, catalogue, models, policies: new Map(compiled.map((each) => [each.policy.id, each])), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What sources call is part of what decides. One that cannot be read is told by the source that needs it. */
async function readProtos(policiesDir: string): Promise<LoadedFile[]> {
  const read = (await protosIn(policiesDir)).map(async (name): Promise<LoadedFile[]> => {
    const content = await readFile(path.join(policiesDir, name.slice("policies/".length))).catch(() => undefined);
    return content === undefined ? [] : [{ name, content }];
  });
  return (await Promise.all(read)).flat();
}

/** Tests that stand in files of their own, by the name of their policy's file. */
function testsBeside(
  files: readonly { name: string; text: string }[],
  policiesDir: string,
  problems: Problem[],
): ReadonlyMap<string, { file: string; text: string }> {
  const besides = new Map<string, { file: string; text: string }>();
  for (const { name, text } of files.filter((each) => each.name.endsWith(testsEnding))) {
    const file = path.join(policiesDir, name);
    const policy = `${name.slice(0, -testsEnding.length)}.json`;
    besides.set(policy, { file, text });
    if (policy !== catalogueName && files.some((each) => each.name === policy)) continue;
    const message = `there is no policy ${policy} that these would be tests of`;
    const fix = "name the file after its policy: <id>.tests.json";
    problems.push({ file, line: 0, column: 0, path: "$", message, fix });
  }
  return besides;
}

async function readDocuments(directory: string, problems: Problem[]): Promise<{ name: string; text: string }[]> {
  const report = (file: string, message: string, fix: string) =>
    problems.push({ file, line: 0, column: 0, path: "$", message, fix });
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    report(
      directory,
      `the folder of policies cannot be read (${error.code})`,
      "give the folder with --policies or VERDICT_POLICIES_DIR",
    );
    return undefined;
  });
  if (names === undefined) return [];
  const documents = names.filter((name) => name.endsWith(".json") && !name.startsWith(".")).sort();
  if (!documents.includes(catalogueName)) {
    report(path.join(directory, catalogueName), "the feature catalogue is missing", `write ${catalogueName}`);
  }
  const read = documents.map(async (name) => {
    const file = path.join(directory, name);
    try {
      return [{ name, text: await readFile(file, "utf8") }];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      report(file, `the document cannot be read (${code})`, "let the engine read it, or remove it");
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

/** Every input of every model is a feature of a type the model takes. */
function checkModelInputs(
  models: Models,
  types: ReadonlyMap<string, FeatureType>,
  modelsDir: string,
  problems: Problem[],
): void {
  for (const [folder, { manifest }] of models) {
    const wrong = manifest.inputs.filter((input) => !accepts(input, types.get(input.name)));
    if (wrong.length === 0) continue;
    const wanted = manifest.inputs.map(({ name, type }) => `${name} ${type}`).join(", ");
    const found = manifest.inputs.map(({ name }) => `${name} ${types.get(name) ?? "(none)"}`).join(", ");
    problems.push({
      file: path.join(modelsDir, folder, "manifest.json"),
      line: 0,
      column: 0,
      path: "$.inputs",
      message: `inputs do not fit the catalogue: ${wrong.map(({ name }) => name).join(", ")}; the manifest wants ${wanted}; the catalogue has ${found}`,
      fix: "declare the features in features.json with these names and types",
    });
  }
}

function accepts({ type }: Manifest["inputs"][number], found: FeatureType | undefined): boolean {
  return found === type || (type === "double" && found === "integer");
}

function digestOf(files: readonly LoadedFile[]): string {
  const hash = createHash("sha256");
  for (const { name, content } of [...files].sort((left, right) => (left.name < right.name ? -1 : 1))) {
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import { sourceKinds } from "../../compose.ts";
import type { Config } from "../../config.ts";
import { DocumentError, type Problem } from "../../documents/problem.ts";
import type { Catalogue } from "../../features/catalogue.ts";
import { loadCatalogue } from "../../features/load-catalogue.ts";
import type { RemoteManifest } from "../../models/manifest-schema.ts";
import { loadModels } from "../../models/registry.ts";

/**
 * The catalogue alone: sources can be looked at while policies are being repaired.
 * @throws {DocumentError} if it is not good.
 */
export async function readCatalogue({ policiesDir }: Config): Promise<Catalogue> {
  const file = path.join(policiesDir, "features.json");
  const problems: Problem[] = [];
  const text = await readFile(file, "utf8").catch(({ code }: NodeJS.ErrnoException) => {
    const fix = "give the folder with --policies or VERDICT_POLICIES_DIR";
    throw new DocumentError([
      { file, line: 0, column: 0, path: "$", message: `the feature catalogue cannot be read (${code})`, fix },
    ]);
  });
  const catalogue = loadCatalogue(file, text, problems, sourceKinds);
  if (catalogue === undefined) throw new DocumentError(problems);
  return catalogue;
}

/**
 * The manifests of models that other servers run.
 * @throws {DocumentError} if a manifest is not good.
 */
export async function readRemoteManifests({ modelsDir }: Config): Promise<readonly RemoteManifest[]> {
  const problems: Problem[] = [];
  const { models } = await loadModels(modelsDir, problems);
  await Promise.all([...models.values()].map((model) => model.close()));
  if (problems.length > 0) throw new DocumentError(problems);
  return [...models.values()].flatMap(({ manifest }) => ("runtime" in manifest ? [manifest] : []));
}

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseDocument } from "../documents/document.ts";
import type { Problem } from "../documents/problem.ts";
import { ManifestSchema } from "./manifest-schema.ts";
import type { Model } from "./model.ts";
import { loadOnnxModel } from "./onnx-model.ts";

/** Models by `name/version`. */
export type Models = ReadonlyMap<string, Model>;

/** A file that makes up a bundle, for its digest. */
export interface LoadedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Loads every `<directory>/<name>/<version>/` that holds a manifest.
 * @param problems receives what is wrong, for all models.
 */
export async function loadModels(
  directory: string,
  problems: Problem[],
): Promise<{ models: Models; files: readonly LoadedFile[] }> {
  const models = new Map<string, Model>();
  const files: LoadedFile[] = [];
  for (const folder of await modelFolders(directory)) {
    const file = path.join(directory, folder, "manifest.json");
    const manifestBytes = await readFile(file).catch(({ code }: NodeJS.ErrnoException) => {
      const message = `the manifest cannot be read (${code})`;
      problems.push({ file, line: 0, column: 0, path: "$", message, fix: "let the engine read it, or remove it" });
      return undefined;
    });
    if (manifestBytes === undefined) continue;
    const document = parseDocument(file, manifestBytes.toString("utf8"), ManifestSchema, problems);
    if (document === undefined) continue;
    const { name, version } = document.value;
    if (`${name}/${version}` !== folder) {
      document.report(
        ["name"],
        `the manifest is of ${name}/${version}, but lies in ${folder}`,
        "name and version are those of the folders",
      );
      continue;
    }
    const graph = await readFile(path.join(directory, folder, "model.onnx")).catch(() => undefined);
    if (graph === undefined) {
      document.report([], "model.onnx is missing beside the manifest", "put the graph there, or remove the manifest");
      continue;
    }
    const model = await loadOnnxModel(graph, document.value, document.report);
    if (model !== undefined) models.set(folder, model);
    files.push(
      { name: `models/${folder}/manifest.json`, content: manifestBytes },
      { name: `models/${folder}/model.onnx`, content: graph },
    );
  }
  return { models, files };
}

/** `name/version` of every folder with a manifest, in order. Folders may be links, as deployments switch them. */
async function modelFolders(directory: string): Promise<string[]> {
  const folders: string[] = [];
  for (const name of await namesIn(directory)) {
    for (const version of await namesIn(path.join(directory, name))) {
      const names = await namesIn(path.join(directory, name, version));
      if (names.includes("manifest.json")) folders.push(`${name}/${version}`);
    }
  }
  return folders;
}

/** What is in a folder and not hidden, in order; nothing in what is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith(".")).sort();
}

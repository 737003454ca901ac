import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import Type from "typebox";
import { parseDocument } from "../documents/document.ts";
import type { Problem } from "../documents/problem.ts";
import type { ConnectRemote } from "../domain/remote.ts";
import { OnnxManifestSchema, RemoteManifestSchema } from "./manifest-schema.ts";
import type { Model } from "./model.ts";
import { loadOnnxModel } from "./onnx-model.ts";
import { openRemoteModel } from "./open-inference/model.ts";

/** Models by `name/version`. */
export type Models = ReadonlyMap<string, Model>;

/** A file that makes up a bundle, for its digest. */
export interface LoadedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Loads every `<directory>/<name>/<version>/` that holds a manifest. Models that run elsewhere are not asked for anything.
 * @param problems receives what is wrong, for all models.
 * @param connect to the servers of models that run elsewhere; without it none of those can score.
 */
export async function loadModels(
  directory: string,
  problems: Problem[],
  connect: ConnectRemote = unconnected,
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
    const text = manifestBytes.toString("utf8");
    const document = parseDocument(file, text, isRemote(text) ? RemoteManifestSchema : OnnxManifestSchema, problems);
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
    const manifest = document.value;
    files.push({ name: `models/${folder}/manifest.json`, content: manifestBytes });
    if (graph !== undefined) files.push({ name: `models/${folder}/model.onnx`, content: graph });
    const [message, fix] = misplaced("runtime" in manifest, graph !== undefined) ?? [];
    if (message !== undefined) document.report([], message, fix!);
    else {
      const model =
        "runtime" in manifest
          ? openRemoteModel(manifest, connect, document.report)
          : await loadOnnxModel(graph!, manifest, document.report);
      if (model !== undefined) models.set(folder, model);
    }
  }
  return { models, files };
}

/** Whether it names where the model runs; what is no JSON is told with the rest. */
function isRemote(text: string): boolean {
  const found = parseDocument("", text, Type.Unknown(), [])?.value;
  return typeof found === "object" && found !== null && Object.hasOwn(found, "runtime");
}

/** What is wrong with a graph, or with there being none, and how to mend it. */
function misplaced(isRemote: boolean, hasGraph: boolean): readonly [message: string, fix: string] | undefined {
  if (!isRemote && !hasGraph)
    return ["model.onnx is missing beside the manifest", "put the graph there, or remove the manifest"];
  if (isRemote && hasGraph) return ['there is both a "runtime" and a model.onnx', "remove one of the two"];
  return undefined;
}

const unconnected: ConnectRemote = () => ({
  call: () => Promise.reject(new Error("models that run elsewhere are not asked here")),
  close: () => {},
});

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

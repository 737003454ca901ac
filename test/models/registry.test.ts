import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Problem } from "../../src/documents/problem.ts";
import { loadModels } from "../../src/models/registry.ts";
import { cleanUp } from "../support/clean-up.ts";
import { linearGraph, linearManifest } from "./fixtures/linear.ts";

const clean = cleanUp();

/** Writes the files into a folder of models and loads it. */
async function load(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await clean.folder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  const problems: Problem[] = [];
  const { models, files: loaded } = await loadModels(folder, problems);
  for (const model of models.values()) clean.later(() => model.close());
  return {
    models: [...models.keys()],
    files: loaded.map(({ name }) => name),
    problems: problems.map(({ file, path: at, message }) => `${path.relative(folder, file)} ${at}: ${message}`),
  };
}

const manifest = (parts: object = {}) => JSON.stringify({ ...linearManifest, ...parts });

describe("the folder of models", () => {
  it("gives every model by its name and version, with the files it was made of", async () => {
    assert.deepEqual(
      await load({
        "linear/2/manifest.json": manifest({ version: "2" }),
        "linear/2/model.onnx": linearGraph,
        "linear/1/manifest.json": manifest(),
        "linear/1/model.onnx": linearGraph,
        "train/notes.txt": "no model",
        "manifest.json": "not a model's",
      }),
      {
        models: ["linear/1", "linear/2"],
        files: ["1/manifest.json", "1/model.onnx", "2/manifest.json", "2/model.onnx"].map(
          (name) => `models/linear/${name}`,
        ),
        problems: [],
      },
    );
  });

  it("may be missing", async () => {
    const { models } = await loadModels(path.join(await clean.folder(), "none"), []);
    assert.equal(models.size, 0);
  });

  it("opens models that run elsewhere without asking for anything", async () => {
    const runtime = { kind: "open-inference", address: "127.0.0.1:1", model: "m" };
    const { format: _, opset: __, ...rest } = linearManifest;
    const remote = (parts: object = {}) => JSON.stringify({ ...rest, runtime, ...parts });
    assert.deepEqual(
      await load({
        "linear/1/manifest.json": remote(),
        "linear/2/manifest.json": remote({ version: "2" }),
        "linear/2/model.onnx": linearGraph,
        "linear/3/manifest.json": remote({ version: "3", runtime: { ...runtime, kind: "rest" } }),
        "linear/4/manifest.json": remote({ version: "4", format: "onnx" }),
        "linear/5/manifest.json": remote({ version: "5", scoreBaseline: { edges: [0, 1], counts: [1, 1] } }),
      }),
      {
        models: ["linear/1"],
        files: ["1/manifest.json", "2/manifest.json", "2/model.onnx", "5/manifest.json"].map(
          (name) => `models/linear/${name}`,
        ),
        problems: [
          'linear/2/manifest.json $: there is both a "runtime" and a model.onnx',
          'linear/3/manifest.json $.runtime.kind: "rest" is not known here',
          'linear/4/manifest.json $.format: unknown property "format"',
          "linear/5/manifest.json $.scoreBaseline: 2 edges do not bound 2 bins",
        ],
      },
    );
  });

  it("tells what is wrong with every model", async () => {
    const { models, problems } = await load({
      "linear/1/manifest.json": manifest({ output: { tensor: "scores", index: 0, type: "double" } }),
      "linear/1/model.onnx": linearGraph,
      "linear/2/manifest.json": manifest(),
      "linear/3/manifest.json": manifest({ version: "3" }),
      "linear/4/manifest.json": manifest({ version: "4", format: "pickle" }),
    });
    assert.deepEqual(models, []);
    assert.deepEqual(problems, [
      'linear/1/manifest.json $.output.tensor: the graph has no output "scores"; it has score',
      "linear/2/manifest.json $.name: the manifest is of linear/1, but lies in linear/2",
      "linear/3/manifest.json $: model.onnx is missing beside the manifest",
      'linear/4/manifest.json $.format: "pickle" is not known here',
    ]);
  });
});

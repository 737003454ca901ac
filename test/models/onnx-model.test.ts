import assert from "node:assert/strict";
import { formatPath } from "../../src/documents/document.ts";
import type { Report } from "../../src/documents/report.ts";
import { Missing } from "../../src/domain/feature.ts";
import type { OnnxManifest } from "../../src/models/manifest-schema.ts";
import type { Model } from "../../src/models/model.ts";
import { loadOnnxModel } from "../../src/models/onnx-model.ts";
import { meanOfRowsGraph } from "../support/onnx.ts";
import { linearGraph, linearManifest } from "./fixtures/linear.ts";

async function load(parts: Partial<OnnxManifest> = {}, graph: Uint8Array = linearGraph) {
  const problems: string[] = [];
  const report: Report = (path, message) => problems.push(`${formatPath(path)}: ${message}`);
  const model = await loadOnnxModel(graph, { ...linearManifest, ...parts }, report);
  return { model, problems };
}

const listed = "the manifest has 2 inputs (a, b); the graph has inputs float32[rows, 2]";

describe("an ONNX model", () => {
  let model: Model | undefined;
  before(async () => {
    ({ model } = await load());
  });
  after(() => model?.close());

  it("scores its inputs in the manifest's order and reads the manifest's output", async () => {
    const scoring = await model!.score([3, true]);
    assert.ok(scoring.status === "OK");
    assert.equal(scoring.value, 29);
    assert.ok(scoring.adaptMs >= 0 && scoring.inferMs > 0);
  });

  it("puts the default for a missing input, and refuses where it must", async () => {
    const scoring = await model!.score([3, Missing.timeout]);
    assert.equal(scoring.status === "OK" && scoring.value, 25);
    assert.deepEqual(await model!.score([Missing.null, true]), { status: "MISSING_INPUT", input: "a" });
  });

  it("scores many rows at the same time, each its own", async () => {
    const rows = Array.from({ length: 50 }, (_, at) => at);
    const scores = await Promise.all(rows.map((at) => model!.score([at, 0])));
    assert.deepEqual(
      scores.map((scoring) => scoring.status === "OK" && scoring.value),
      rows.map((at) => 10 * at),
    );
  });

  it("scores rows of the same moment alone where a graph lets rows meet", async () => {
    const graph = meanOfRowsGraph(2);
    const parts = {
      tensor: { name: "x", type: "float32" },
      output: { tensor: "y", index: 0, type: "double" },
    } as const;
    const { model: meeting } = await load(parts, graph);
    const scores = await Promise.all([1, 5, 9].map((at) => meeting!.score([at, 0])));
    assert.deepEqual(
      scores.map((scoring) => scoring.status === "OK" && scoring.value),
      [1, 5, 9],
    );
    await meeting!.close();
  });

  it("rejects one row that has no finite score, and scores the others of the same moment", async () => {
    const [good, bad] = await Promise.allSettled([model!.score([3, true]), model!.score([1e38, 0])]);
    assert.ok(good.status === "fulfilled" && good.value.status === "OK" && good.value.value === 29);
    assert.equal(bad.status, "rejected");
  });

  it("rejects rather than give a score that is no finite number", async () => {
    await assert.rejects(model!.score([1e38, 0]), /output score\[1\] is not a finite number/);
  });

  it("has no percentile without a baseline", async () => {
    assert.equal(model!.percentile(1), undefined);
    const { model: based } = await load({ scoreBaseline: { edges: [0, 10], counts: [4] } });
    assert.equal(based?.percentile(5), 50);
    await based?.close();
  });

  const refusals: Readonly<Record<string, readonly [Partial<OnnxManifest>, ...problems: string[]]>> = {
    "another input": [
      { tensor: { name: "features", type: "float32" } },
      `$.tensor.name: the graph's only input must be "features": ${listed}`,
    ],
    "another type": [
      { tensor: { name: "inputs", type: "float64" } },
      `$.tensor.type: the graph does not take float64: ${listed}`,
    ],
    "fewer inputs than the graph": [
      { inputs: linearManifest.inputs.slice(0, 1) },
      "$.inputs: the inputs do not fit the graph: the manifest has 1 inputs (a); the graph has inputs float32[rows, 2]",
    ],
    "another output": [
      { output: { ...linearManifest.output, tensor: "scores" } },
      '$.output.tensor: the graph has no output "scores"; it has score',
    ],
    "a column the output has not": [
      { output: { ...linearManifest.output, index: 2 } },
      "$.output: the graph does not score: output score[2] is not a finite number",
    ],
    "a baseline whose bins do not fit": [
      { scoreBaseline: { edges: [0, 1], counts: [1, 2] } },
      "$.scoreBaseline: 2 edges do not bound 2 bins",
    ],
    "a baseline whose edges do not rise": [
      { scoreBaseline: { edges: [0, 1, 1], counts: [1, 2] } },
      "$.scoreBaseline: the edges do not rise",
    ],
  };
  for (const [name, [parts, ...problems]] of Object.entries(refusals)) {
    it(`is refused when the manifest names ${name}`, async () => {
      const loaded = await load(parts);
      assert.deepEqual(loaded.problems, problems);
      assert.equal(loaded.model, undefined);
    });
  }

  it("is refused when its file is no graph", async () => {
    const { model: none, problems } = await load({}, Buffer.from("not a graph"));
    assert.equal(none, undefined);
    assert.match(problems.join(), /^\$: model\.onnx cannot be loaded: /);
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { OnnxManifest } from "../../src/models/manifest-schema.ts";
import { loadOnnxModel } from "../../src/models/onnx-model.ts";
import { type Row, RowBatches } from "../../src/models/row-batches.ts";
import { createRandom } from "../../src/simulate/random.ts";

const shipped = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../models/card-fraud/1/${name}`, import.meta.url)));

describe("rows that are to be scored at the same moment", () => {
  const runs: number[][] = [];
  const batches = new RowBatches(async (rows) => {
    const values = rows.map((row) => row[0]!);
    runs.push(values);
    if (values.includes(13)) throw new Error("13");
    return values.map((value) => value * 2);
  }, 4);
  const score = (value: number) => batches.score(new Float64Array([value]) satisfies Row);
  beforeEach(() => {
    runs.length = 0;
  });

  it("are scored in one run, each its own; no run is of more rows than it may be", async () => {
    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(score)), [2, 4, 6, 8, 10]);
    assert.deepEqual(runs, [[1, 2, 3, 4], [5]]);
    await score(6);
    assert.deepEqual(runs.length, 3);
  });

  it("are in one run whichever promise brought them", async () => {
    // As in a decision, which has waited for its features.
    await undefined;
    await Promise.all([score(1), Promise.resolve().then(() => score(2))]);
    assert.deepEqual(runs, [[1, 2]]);
  });

  it("get their scores although another fails", async () => {
    const [one, two, three] = await Promise.allSettled([1, 13, 3].map(score));
    assert.deepEqual(
      [one, three],
      [1, 3].map((value) => ({ status: "fulfilled", value: value * 2 })),
    );
    assert.equal(two?.status, "rejected");
    await assert.rejects(score(13), /13/);
  });

  it("get the same scores as alone, to the last bit, from the shipped model", async () => {
    const manifest = JSON.parse(shipped("manifest.json").toString()) as OnnxManifest;
    const model = await loadOnnxModel(shipped("model.onnx"), manifest, () => {});
    const random = createRandom(3, 0);
    const rows = Array.from({ length: 200 }, () => manifest.inputs.map(() => random() * 100));
    const scoreOf = async (row: readonly number[]) => {
      const scoring = await model!.score(row);
      return scoring.status === "OK" && scoring.value;
    };
    const alone: unknown[] = [];
    for (const row of rows) alone.push(await scoreOf(row));
    assert.deepEqual(await Promise.all(rows.map(scoreOf)), alone);
    assert.ok(new Set(alone).size > 50);
    await model!.close();
  });
});

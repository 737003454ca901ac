import assert from "node:assert/strict";
import { type Fetched, Missing } from "../../src/domain/feature.ts";
import { adapt } from "../../src/models/adapt.ts";
import type { Manifest } from "../../src/models/manifest-schema.ts";
import { percentile } from "../../src/models/percentile.ts";

type Inputs = Manifest["inputs"];

function adapted(inputs: Inputs, values: readonly Fetched[]): number[] | string {
  const row = new Float64Array(inputs.length);
  return adapt(inputs, values, row) ?? [...row];
}

describe("adapting features to a tensor", () => {
  const inputs: Inputs = [
    { name: "nan", type: "double", missing: "nan" },
    { name: "must", type: "integer", missing: "refuse" },
    { name: "stands", type: "boolean", missing: { default: -1 } },
  ];

  it("writes numbers as they are, true as 1 and false as 0", () => {
    assert.deepEqual(adapted(inputs, [0.5, 7, true]), [0.5, 7, 1]);
    assert.deepEqual(adapted(inputs, [-0.5, 0, false]), [-0.5, 0, 0]);
  });

  it("does with a missing value as the manifest says", () => {
    assert.deepEqual(adapted(inputs, [Missing.stale, 7, Missing.error]), [Number.NaN, 7, -1]);
    assert.equal(adapted(inputs, [1, Missing.skipped, true]), "must");
    assert.equal(adapted(inputs, [1]), "must");
  });
});

describe("a score's percentile", () => {
  const baseline = { edges: [0, 0.5, 1], counts: [8, 2] };

  it("is the share of the baseline below, linear within a bin", () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 0.75, 1].map((score) => percentile(score, baseline)),
      [0, 40, 80, 90, 100],
    );
  });

  it("is 0 or 100 beyond the edges, and 0 where nothing was counted", () => {
    assert.deepEqual([percentile(-5, baseline), percentile(7, baseline)], [0, 100]);
    assert.equal(percentile(0.5, { edges: [0, 1], counts: [0] }), 0);
  });
});

import assert from "node:assert/strict";
import type { FeatureType, FeatureValue } from "../../src/domain/feature.ts";
import { Missing } from "../../src/domain/feature.ts";
import { Context } from "../../src/features/context.ts";

function contextOf(type: FeatureType = "double", standIn?: FeatureValue): Context {
  return new Context([{ name: "f", type, standIn }], new Map([["f", 0]]), {
    occurredAtMs: 0,
    lists: { has: () => undefined },
  });
}

describe("a context", () => {
  it("holds a feature as pending until it is set", () => {
    const context = contextOf();
    assert.deepEqual(
      [context.state("f"), context.value("f"), context.at(0), context.missing(0)],
      ["pending", undefined, undefined, undefined],
    );
    assert.deepEqual([...context.missingFeatures()], []);
  });

  it("holds a value that is present", () => {
    const context = contextOf();
    context.set(0, 0);
    assert.deepEqual(
      [context.state("f"), context.value("f"), context.at(0), context.missing(0)],
      ["present", 0, 0, undefined],
    );
  });

  it("holds a missing value with its reason", () => {
    const context = contextOf();
    context.set(0, Missing.stale);
    assert.deepEqual([context.state("f"), context.value("f"), context.at(0)], ["missing", undefined, Missing.stale]);
    assert.deepEqual([...context.missingFeatures()], [["f", "stale"]]);
  });

  it("sets a feature once: what comes later changes nothing", () => {
    const context = contextOf();
    context.set(0, 1);
    context.set(0, 2);
    context.set(0, Missing.error);
    assert.deepEqual([context.value("f"), context.missing(0)], [1, undefined]);
    const absent = contextOf();
    absent.set(0, Missing.timeout);
    absent.set(0, 1);
    assert.deepEqual(absent.at(0), Missing.timeout);
  });

  it("puts the stand-in for a missing value, and remembers why", () => {
    const context = contextOf("string", "");
    context.set(0, Missing.timeout);
    assert.deepEqual([context.state("f"), context.value("f"), context.missing(0)], ["present", "", "timeout"]);
    assert.deepEqual([...context.missingFeatures()], [["f", "timeout"]]);
  });

  it("does not put the stand-in for a value that is there", () => {
    const context = contextOf("boolean", true);
    context.set(0, false);
    assert.deepEqual([context.value("f"), context.missing(0)], [false, undefined]);
  });

  const clashes: readonly [FeatureType, FeatureValue][] = [
    ["double", "1"],
    ["double", Number.NaN],
    ["double", Number.POSITIVE_INFINITY],
    ["integer", 1.5],
    ["integer", 2 ** 53],
    ["timestamp", "2026-01-07"],
    ["string", 1],
    ["boolean", 0],
  ];
  for (const [type, value] of clashes) {
    it(`counts ${JSON.stringify(value)} (${String(value)}) for a ${type} as an error of its source`, () => {
      const context = contextOf(type);
      context.set(0, value);
      assert.deepEqual(context.at(0), Missing.error);
    });
  }
});

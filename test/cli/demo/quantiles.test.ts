import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { quantiles } from "../../../src/cli/demo/quantiles.ts";

describe("quantiles", () => {
  it("are measured values, by nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    deepStrictEqual(quantiles(hundred), { p50: 50, p95: 95, p99: 99, max: 100 });
    deepStrictEqual(quantiles([3, 1, 2]), { p50: 2, p95: 3, p99: 3, max: 3 });
    deepStrictEqual(quantiles([7]), { p50: 7, p95: 7, p99: 7, max: 7 });
    deepStrictEqual(quantiles([]), { p50: 0, p95: 0, p99: 0, max: 0 });
  });

  it("leave no more than their share above themselves", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const { p50, p95, p99, max } = quantiles(values);
        const above = (limit: number): number => values.filter((value) => value > limit).length;
        ok(above(p50) <= values.length * 0.5 && above(p95) <= values.length * 0.05 + 1e-9);
        ok(above(p99) <= values.length * 0.01 + 1e-9 && above(max) === 0);
        ok([p50, p95, p99, max].every((value) => values.includes(value)));
      }),
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { RollingQuantile } from "../../src/observe/rolling-quantile.ts";
import { runs } from "../support/property.ts";

/** The least value that at least such a part of all does not exceed. */
function exact(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.ceil(values.length * quantile - 1e-9) - 1]!;
}

function estimate(values: readonly number[], quantile: number, halveAfter = Number.POSITIVE_INFINITY) {
  const rolling = new RollingQuantile({ quantile, halveAfter, atLeast: 1 });
  for (const value of values) rolling.observe(value);
  return rolling.estimate();
}

describe("a rolling quantile", () => {
  const some = fc.array(fc.double({ min: 0.001, max: 90_000, noNaN: true }), { minLength: 1, maxLength: 400 });

  it("is never below the exact one, and at most 2 % above", () => {
    fc.assert(
      fc.property(some, fc.constantFrom(0.1, 0.5, 0.9, 0.99), (values, quantile) => {
        const [found, truth] = [estimate(values, quantile)!, exact(values, quantile)];
        assert.ok(found >= truth * (1 - 1e-6) && found <= truth * 1.0201, `${found} for ${truth}`);
      }),
      runs(200),
    );
  });

  it("is exceeded by at most its share of the values it is made of", () => {
    fc.assert(
      fc.property(some, (values) => {
        const usual = estimate(values, 0.99)!;
        assert.ok(values.filter((value) => value > usual).length <= values.length * 0.01);
      }),
      runs(200),
    );
  });

  it("forgets: what came long ago hardly counts", () => {
    const before = new Array<number>(5000).fill(100);
    const since = new Array<number>(10_000).fill(1);
    assert.ok(estimate([...before, ...since], 0.99, 1000)! < 1.03);
    assert.ok(estimate([...before, ...since], 0.99)! >= 100);
  });

  it("says nothing before it has seen enough", () => {
    const rolling = new RollingQuantile({ quantile: 0.99, halveAfter: 100, atLeast: 3 });
    const seen = [1, 2, 3].map((value) => {
      rolling.observe(value);
      return rolling.estimate() !== undefined;
    });
    assert.deepEqual(seen, [false, false, true]);
  });

  it("takes any number, also those beyond its range", () => {
    assert.equal(estimate([0, 0, -1], 0.5), 0.001);
    assert.ok(estimate([1e12], 0.5)! >= 100_000);
  });
});

import { deepStrictEqual, ok } from "node:assert/strict";
import { normal, pick, poisson, uniform } from "../../src/simulate/distributions.ts";
import { createRandom, type Random } from "../../src/simulate/random.ts";

const draws = 100_000;

/** Mean and variance of many draws with a fixed seed. */
function moments(draw: (random: Random) => number): { mean: number; variance: number } {
  const random = createRandom(42, 0);
  const values = Array.from({ length: draws }, () => draw(random));
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws };
}

function near(actual: number, expected: number, tolerance: number): void {
  ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);
}

describe("distributions", () => {
  it("have the mean and the variance of their name", () => {
    const cases: readonly [(random: Random) => number, number, number][] = [
      [(random) => uniform(random, 5, 100), 52.5, 95 ** 2 / 12],
      [(random) => normal(random, 40, 20), 40, 400],
      [(random) => poisson(random, 0.3), 0.3, 0.3],
      [(random) => poisson(random, 4), 4, 4],
    ];
    for (const [draw, mean, variance] of cases) {
      const measured = moments(draw);
      near(measured.mean, mean, 4 * Math.sqrt(variance / draws));
      near(measured.variance, variance, 0.03 * variance);
    }
  });

  it("give no event at a mean of zero", () => {
    deepStrictEqual(
      moments((random) => poisson(random, 0)),
      { mean: 0, variance: 0 },
    );
  });

  it("pick every index and no other", () => {
    const random = createRandom(42, 0);
    const picked = new Set(Array.from({ length: 1_000 }, () => pick(random, 5)));
    deepStrictEqual([...picked].sort(), [0, 1, 2, 3, 4]);
  });
});

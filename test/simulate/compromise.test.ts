import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { compromisedByDay } from "../../src/simulate/compromise.ts";
import { createRandom } from "../../src/simulate/random.ts";

describe("compromises", () => {
  it("last for so many days, the first included", () => {
    const byDay = compromisedByDay({ count: 1, shareADay: 0.1, lastsDays: 4 }, 30, createRandom(1, 0));
    const first = byDay.findIndex((compromised) => compromised.size > 0);
    deepStrictEqual(
      byDay.slice(first, first + 5).map((compromised) => [...compromised]),
      [[0], [0], [0], [0], []],
    );
  });

  it("come as often as their share says, however few things there are", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 500 }), (seed, count) => {
        const days = 1_000;
        // One thing is compromised once at most while it lasts for one day only: the sum counts compromises, but for
        // the few that fall on the same thing on the same day.
        const compromises = { count, shareADay: 1 / 1_000, lastsDays: 1 };
        const sizes = compromisedByDay(compromises, days, createRandom(seed % 2 ** 32, 0)).map(({ size }) => size);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        ok(Math.abs(total - count) <= 1, `${total} of ${count}`);
        ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      }),
    );
  });

  it("never happen without a day", () => {
    strictEqual(compromisedByDay({ count: 5, shareADay: 1, lastsDays: 3 }, 0, createRandom(1, 0)).length, 0);
  });
});

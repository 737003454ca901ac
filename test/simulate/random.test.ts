import { deepStrictEqual, notDeepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { createRandom, splitmix64, xoshiro128 } from "../../src/simulate/random.ts";

const take = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);

describe("random numbers", () => {
  it("are xoshiro128**'s published ones for the state 1, 2, 3, 4", () => {
    deepStrictEqual(
      take(10, xoshiro128([1, 2, 3, 4])),
      [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
    );
  });

  it("are seeded by splitmix64's published ones for the seed 0", () => {
    deepStrictEqual(take(3, splitmix64(0n)), [0xe220a8397b1dcdafn, 0x6e789e6aa1b965f4n, 0x06c45d188009454fn]);
  });

  it("lie in [0, 1) for any seed and stream, and repeat for the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(10), (seed, stream) => {
        const numbers = take(50, createRandom(seed, stream));
        ok(numbers.every((number) => number >= 0 && number < 1));
        deepStrictEqual(take(50, createRandom(seed, stream)), numbers);
        notDeepStrictEqual(take(50, createRandom(seed, stream + 1)), numbers);
      }),
    );
  });
});

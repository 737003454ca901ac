import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addToSketch,
  emptySketch,
  estimateDistinct,
  type Sketch,
  standardError,
} from "../../../src/sources/aggregate/sketch.ts";
import { numberOf } from "../../../src/sources/aggregate/value.ts";
import { runs } from "../../support/property.ts";

const sketchOf = (numbers: Iterable<number>): Sketch => [...numbers].reduce(addToSketch, emptySketch);
const estimateOf = (numbers: Iterable<number>) => estimateDistinct([sketchOf(numbers)], []);
const countUp = (from: number, count: number, step = 1) => Array.from({ length: count }, (_, n) => from + n * step);

/** Streams of amounts in cents, of hashed texts, of any doubles. */
const stream = fc.oneof(
  fc
    .record({ from: fc.integer({ max: 1e9 }), count: fc.integer({ min: 1, max: 6000 }) })
    .map(({ from, count }) => countUp(from / 100, count, 0.01)),
  fc
    .record({ name: fc.string(), count: fc.integer({ min: 1, max: 3000 }) })
    .map(({ name, count }) => countUp(0, count).map((n) => numberOf(`${name}${n}`))),
  fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 2000, size: "max" }),
);

describe("a sketch of different numbers", () => {
  it("estimates within five standard errors, whatever the numbers", () => {
    fc.assert(
      fc.property(stream, (numbers) => {
        const distinct = new Set(numbers).size;
        const error = Math.abs(estimateOf(numbers) - distinct);
        // Of a few numbers two may share a register: that is one of them, however few they are.
        assert.ok(error <= 5 * standardError * Math.max(distinct, 25), `${distinct} different, off by ${error}`);
      }),
      runs(25),
    );
  });

  it("is off by its standard error at most, over many streams", () => {
    for (const count of [50, 700, 4000]) {
      const errors = countUp(0, 60).map((n) => (estimateOf(countUp(n * 1e6, count)) - count) / count);
      const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
      assert.ok(rms <= standardError * 1.2, `${rms} at ${count}`);
    }
  });

  it("knows very many, a single one and none", () => {
    const many = sketchOf(countUp(0, 200_000));
    const estimate = estimateDistinct([many], []);
    assert.ok(Math.abs(estimate - 2e5) <= 5 * standardError * 2e5, `${estimate}`);
    assert.equal(Math.round(estimateOf([7])), 1);
    assert.equal(estimateOf([]), 0);
  });

  it("is the same for numbers added again, or in another order, and for a union", () => {
    fc.assert(
      fc.property(stream, fc.nat(), (numbers, cut) => {
        const sketch = sketchOf(numbers);
        assert.deepEqual(sketchOf([...numbers, ...numbers].reverse()), sketch);
        const [one, other] = [numbers.slice(0, cut % numbers.length), numbers.slice(cut % numbers.length)];
        const whole = estimateDistinct([sketch], []);
        assert.equal(estimateDistinct([sketchOf(one), sketchOf(other)], []), whole);
        assert.equal(estimateDistinct([sketchOf(one)], other), whole);
      }),
      runs(15),
    );
  });

  it("takes two bytes for each of a few numbers, and 1,024 at most", () => {
    const few = sketchOf(countUp(0, 40)).length;
    assert.ok(few <= 80 && few >= 70, `${few}`);
    assert.equal(sketchOf(countUp(0, 5000)).length, 1024);
    assert.deepEqual(sketchOf([0]), sketchOf([-0]));
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { attribute } from "../../src/decide/attribute.ts";
import { edgesOf } from "../../src/decide/edges.ts";
import { runs } from "../support/property.ts";
import { aDecisionsSteps, asMeasured } from "./support/ticking.ts";

interface Given {
  readonly startMs: number;
  readonly endMs: number;
  readonly inputs: readonly number[];
  readonly awaited: boolean;
}

const ran = (startMs: number, endMs: number, ...inputs: number[]): Given => ({ startMs, endMs, inputs, awaited: true });
const skipped = (atMs: number, ...inputs: number[]): Given => ({
  startMs: atMs,
  endMs: atMs,
  inputs,
  awaited: false,
});

/** What each step waits for and stands behind. */
const check = (steps: readonly Given[], expected: readonly (readonly [readonly number[], number | undefined])[]) =>
  assert.deepEqual(
    edgesOf(steps, ({ inputs }) => inputs).map(({ waitsFor, behind }) => [waitsFor, behind]),
    expected,
  );

describe("what a step of a decision began after", () => {
  it("is whose result it takes", () =>
    check(
      [ran(0, 5), ran(0, 9), ran(9, 12, 0, 1)],
      [
        [[], undefined],
        [[], undefined],
        [[0, 1], undefined],
      ],
    ));

  it("is, of what was skipped, what that waited for", () =>
    check(
      [ran(0, 5), skipped(5, 0), skipped(5, 1), ran(5, 6, 2)],
      [
        [[], undefined],
        [[0], undefined],
        [[0], undefined],
        [[0], undefined],
      ],
    ));

  it("is also what ran while it could have begun: the phase before, and what the thread was busy with", () =>
    check(
      // record, gate; then three fetches, of which the first two answer at once; what the third's answer feeds.
      [ran(1, 2), ran(3, 4), ran(4, 5), ran(5, 7), ran(7, 20), ran(20, 21, 4), ran(22, 23, 4)],
      [
        [[], undefined],
        [[], 0],
        [[], 1],
        [[], 2],
        [[], 3],
        [[4], undefined],
        [[4], 5],
      ],
    ));

  it("is not what had begun before it could, nor what was given up", () =>
    check(
      [ran(0, 10), ran(0, 12), { ...ran(11, 13), awaited: false }, ran(14, 15, 0)],
      [
        [[], undefined],
        [[], undefined],
        [[], undefined],
        [[0], undefined],
      ],
    ));

  it("is none of those listed after it where several took no time at all", () =>
    check(
      [ran(3, 3, 1), ran(3, 3)],
      [
        [[], undefined],
        [[], 0],
      ],
    ));

  it("never ends after it began, and with it the attribution holds", () => {
    fc.assert(
      fc.property(aDecisionsSteps, (made) => {
        const given = asMeasured(made)
          .map(({ start, end, waitsFor, awaited }, at) => ({
            at,
            startMs: start,
            endMs: end,
            inputs: waitsFor,
            awaited,
          }))
          .sort((left, right) => left.startMs - right.startMs || left.endMs - right.endMs);
        const position = new Map(given.map(({ at }, index) => [at, index]));
        const edges = edgesOf(given, ({ inputs }) => inputs.map((at) => position.get(at)!));
        const intervals = given.map(({ startMs, endMs, awaited }, at) => {
          const { waitsFor, behind } = edges[at]!;
          const all = behind === undefined ? waitsFor : [...waitsFor, behind];
          for (const other of all) {
            assert.ok(other < at && given[other]!.awaited && given[other]!.endMs <= startMs);
          }
          if (behind !== undefined)
            for (const other of waitsFor) assert.ok(given[other]!.endMs <= given[behind]!.startMs);
          return { start: startMs, end: endMs, waitsFor: all, awaited };
        });
        const elapsed = Math.max(...given.map(({ endMs }) => endMs));
        const { steps } = attribute(intervals, elapsed);
        assert.equal(
          steps.reduce((sum, { contribution }) => sum + contribution, 0),
          elapsed,
        );
      }),
      runs(300),
    );
  });
});

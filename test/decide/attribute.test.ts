import assert from "node:assert/strict";
import fc from "fast-check";
import { attribute, type Interval } from "../../src/decide/attribute.ts";
import { runs } from "../support/property.ts";

const step = (start: number, end: number, waitsFor: number[] = [], parts: Partial<Interval> = {}): Interval => ({
  start,
  end,
  waitsFor,
  feature: true,
  awaited: true,
  ...parts,
});
const phase = { feature: false };

describe("attributing the elapsed time", () => {
  it("blames the slowest of those side by side, and says what each could have cost", () => {
    const { steps, path } = attribute([step(0, 4), step(0, 10), step(11, 12, [], phase)], 13);
    assert.deepEqual(path, [1, 2]);
    assert.deepEqual(steps, [
      { contribution: 0, saving: 0, slack: 6, critical: false },
      // Instant, the other would still have taken until 4.
      { contribution: 10, saving: 6, slack: 0, critical: true },
      { contribution: 3, saving: 0, slack: 0, critical: true },
    ]);
  });

  it("follows a chain, time spent waiting to start counted for the step that follows", () => {
    const { steps, path } = attribute([step(1, 4), step(0, 6), step(5, 9, [0])], 10);
    assert.deepEqual(path, [0, 2]);
    assert.deepEqual(
      steps.map(({ contribution, saving, slack }) => [contribution, saving, slack]),
      [
        [4, 3, 0],
        [0, 0, 3],
        [6, 3, 0],
      ],
    );
  });

  it("blames nothing that was not awaited", () => {
    const { steps, path } = attribute([step(0, 5), step(0, 9, [], { awaited: false })], 9);
    assert.deepEqual(path, [0]);
    assert.deepEqual(steps[1], { contribution: 0, saving: 0, slack: 0, critical: false });
    assert.equal(steps[0]?.contribution, 9);
  });

  it("gives what waits behind a gate the gate's delay: the gate's source saves its whole time", () => {
    const gate = [step(0, 5), step(5, 6, [0], phase), step(6, 8, [1])];
    assert.deepEqual(
      attribute(gate, 8).steps.map(({ saving, slack }) => [saving, slack]),
      [
        [5, 0],
        [0, 0],
        [2, 0],
      ],
    );
  });

  describe("on any graph", () => {
    /** Steps as a gathering makes them: each begins some time after the last it waits for. */
    const graph = fc
      .array(
        fc.record({
          waitsFor: fc.array(fc.nat(30), { maxLength: 3 }),
          delay: fc.oneof(fc.constant(0), fc.nat(5)),
          duration: fc.oneof(fc.constant(0), fc.nat(20)),
          late: fc.boolean(),
        }),
        { minLength: 1, maxLength: 10 },
      )
      .map((parts): Interval[] => {
        const steps: Interval[] = [];
        for (const [at, { waitsFor, delay, duration, late }] of parts.entries()) {
          const others = at === 0 ? [] : [...new Set(waitsFor.map((other) => other % at))];
          const start = Math.max(0, ...others.map((other) => steps[other]!.end)) + delay;
          const awaited = !(late && at % 3 === 2) && others.every((other) => steps[other]!.awaited);
          steps.push(step(start, start + duration, others, { awaited }));
        }
        return steps;
      });
    const decision = fc
      .record({ steps: graph, rest: fc.nat(3) })
      .filter(({ steps }) => steps.some(({ awaited }) => awaited))
      .map(({ steps, rest }) => ({ steps, elapsed: Math.max(...steps.map(({ end }) => end)) + rest }));

    const end = (steps: readonly Interval[]) =>
      Math.max(0, ...steps.filter(({ awaited }) => awaited).map((each) => each.end));

    /** The graph run again with other durations: brute force, in the steps' own order. */
    function replay(steps: readonly Interval[], durationOf: (at: number, measured: number) => number): Interval[] {
      const run: Interval[] = [];
      for (const [at, each] of steps.entries()) {
        const ready = (list: readonly Interval[]) => Math.max(0, ...each.waitsFor.map((other) => list[other]!.end));
        const start = ready(run) + (each.start - ready(steps));
        run.push({ ...each, start, end: start + durationOf(at, each.end - each.start) });
      }
      return run;
    }

    it("contributions sum to the elapsed time, none is negative, and the path is in time order", () => {
      fc.assert(
        fc.property(decision, ({ steps, elapsed }) => {
          const { steps: found, path } = attribute(steps, elapsed);
          assert.equal(
            found.reduce((sum, { contribution }) => sum + contribution, 0),
            elapsed,
          );
          for (const [at, { contribution, critical }] of found.entries()) {
            assert.ok(contribution >= 0);
            assert.equal(critical, path.includes(at));
            if (!critical) assert.equal(contribution, 0);
          }
          for (const [index, at] of path.slice(1).entries()) assert.ok(steps[path[index]!]!.end <= steps[at]!.start);
        }),
        runs(1000),
      );
    });

    it("a saving is what a replay with the step instant saves, and nothing off the critical path", () => {
      fc.assert(
        fc.property(decision, ({ steps, elapsed }) => {
          const { steps: found } = attribute(steps, elapsed);
          for (const [at, { saving, critical }] of found.entries()) {
            const { start, end: stop } = steps[at]!;
            const replayed = end(steps) - end(replay(steps, (other, measured) => (other === at ? 0 : measured)));
            assert.equal(saving, critical ? replayed : 0);
            assert.ok(saving >= 0 && saving <= stop - start);
          }
        }),
        runs(1000),
      );
    });

    it("a slack is how much longer a step may take until the end moves", () => {
      fc.assert(
        fc.property(decision, ({ steps, elapsed }) => {
          const { steps: found } = attribute(steps, elapsed);
          for (const [at, { slack }] of found.entries()) {
            if (!steps[at]!.awaited) continue;
            const longer = (by: number) =>
              end(replay(steps, (other, measured) => (other === at ? measured + by : measured)));
            assert.equal(longer(slack), end(steps));
            assert.ok(longer(slack + 1) > end(steps));
          }
        }),
        runs(1000),
      );
    });
  });
});

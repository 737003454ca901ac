import assert from "node:assert/strict";
import fc from "fast-check";
import { attribute, type Interval } from "../../src/decide/attribute.ts";
import { runs } from "../support/property.ts";
import { aDecisionsSteps, asMeasured, everyPath, type Step, tick } from "./support/ticking.ts";

const step = (start: number, end: number, waitsFor: number[] = [], awaited = true): Interval => ({
  start,
  end,
  waitsFor,
  awaited,
});

/** contribution, saving, slack, sole of each step. */
const figures = (steps: readonly Interval[], elapsed: number) =>
  attribute(steps, elapsed).steps.map(({ contribution, saving, slack, sole }) => [contribution, saving, slack, sole]);

describe("attributing the elapsed time", () => {
  it("blames the slowest of those side by side, and says what each could have cost", () => {
    const steps = [step(0, 4), step(0, 10), step(11, 12, [0, 1])];
    assert.deepEqual(attribute(steps, 13).path, [1, 2]);
    assert.deepEqual(attribute(steps, 13).steps, [
      { contribution: 0, saving: 0, slack: 6, sole: 0, critical: false },
      // Instant, the other would still have taken until 4, after which only this one was awaited.
      { contribution: 10, saving: 6, slack: 0, sole: 6, critical: true },
      { contribution: 3, saving: 1, slack: 0, sole: 1, critical: true },
    ]);
  });

  it("follows a chain, time spent waiting to start counted for the step that follows", () => {
    const steps = [step(1, 4), step(0, 6), step(5, 9, [0])];
    assert.deepEqual(attribute(steps, 10).path, [0, 2]);
    assert.deepEqual(figures(steps, 10), [
      [4, 3, 0, 0],
      [0, 0, 3, 0],
      [6, 3, 0, 3],
    ]);
  });

  it("knows a step that could have been shorter by more than it was alone", () => {
    // While the second runs the first is not alone, yet what follows the first takes longer than what follows the second.
    const steps = [step(0, 10), step(0, 9), step(10, 15, [0]), step(9, 10, [1])];
    assert.deepEqual(figures(steps, 15), [
      [10, 5, 0, 0],
      [0, 0, 5, 0],
      [5, 5, 0, 5],
      [0, 0, 5, 0],
    ]);
  });

  it("says of two that end together that neither alone saves anything, and blames one", () => {
    const steps = [step(0, 5), step(0, 5), step(5, 6, [0, 1])];
    assert.deepEqual(figures(steps, 6), [
      [5, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 1, 0, 1],
    ]);
  });

  it("blames nothing that was not awaited", () => {
    const steps = [step(0, 5), step(0, 9, [], false)];
    assert.deepEqual(figures(steps, 9), [
      [9, 5, 0, 5],
      [0, 0, 0, 0],
    ]);
  });

  it("gives what waits behind a gate the gate's delay: the gate's source saves its whole time", () => {
    assert.deepEqual(figures([step(0, 5), step(5, 6, [0]), step(6, 8, [1])], 8), [
      [5, 5, 0, 5],
      [1, 1, 0, 1],
      [2, 2, 0, 2],
    ]);
  });

  it("says nothing of no steps", () => assert.deepEqual(attribute([], 3), { path: [], steps: [] }));

  describe("on any graph, held against a run tick by tick", () => {
    const check = (property: (steps: readonly Step[], found: ReturnType<typeof attribute>, elapsed: number) => void) =>
      fc.assert(
        fc.property(aDecisionsSteps, fc.nat(3), (steps, rest) => {
          const elapsed = tick(steps).end + rest;
          property(steps, attribute(asMeasured(steps), elapsed), elapsed);
        }),
        runs(500),
      );
    const withDuration = (steps: readonly Step[], at: number, change: (duration: number) => number) =>
      tick(steps.map((each, other) => (other === at ? { ...each, duration: change(each.duration) } : each))).end;
    const total = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);

    it("the critical path is one of the longest, its contributions its own times; they sum to the elapsed time", () => {
      check((steps, { path, steps: found }, elapsed) => {
        const { end } = tick(steps);
        const timesOn = (way: readonly number[]) => way.map((at) => steps[at]!.lag + steps[at]!.duration);
        const longest = everyPath(steps).filter((way) => total(timesOn(way)) === end);
        // A step that takes no time may end a path early.
        assert.ok(longest.some((way) => path.every((at, index) => way[index] === at)));
        const times = timesOn(path);
        times[times.length - 1]! += elapsed - end;
        assert.deepEqual(
          path.map((at) => found[at]!.contribution),
          times,
        );
        assert.equal(total(found.map(({ contribution }) => contribution)), elapsed);
        for (const [at, { critical, contribution }] of found.entries()) {
          assert.equal(critical, path.includes(at));
          if (!critical) assert.equal(contribution, 0);
        }
      });
    });

    it("a saving is what a run with the step instant saves", () => {
      check((steps, { steps: found }) => {
        for (const [at, { saving, critical }] of found.entries()) {
          assert.equal(saving, tick(steps).end - withDuration(steps, at, () => 0));
          assert.ok(saving >= 0 && saving <= steps[at]!.duration);
          if (!critical) assert.equal(saving, 0);
        }
      });
    });

    it("a slack is how much longer a step may take until the end moves; off the path it is 0 only in a tie", () => {
      check((steps, { steps: found }) => {
        const { end } = tick(steps);
        const longest = everyPath(steps).filter(
          (way) => total(way.map((at) => steps[at]!.lag + steps[at]!.duration)) === end,
        );
        for (const [at, { slack, critical }] of found.entries()) {
          if (!steps[at]!.awaited) continue;
          assert.equal(
            withDuration(steps, at, (duration) => duration + slack),
            end,
          );
          assert.ok(withDuration(steps, at, (duration) => duration + slack + 1) > end);
          if (critical) assert.equal(slack, 0);
          else
            assert.equal(
              slack === 0,
              longest.some((way) => way.includes(at)),
            );
        }
      });
    });

    it("a step is the sole blocker where no other runs and the rest waits for it: at most what it saves", () => {
      check((steps, { steps: found }, elapsed) => {
        assert.deepEqual(
          found.map(({ sole }) => sole),
          tick(steps).sole,
        );
        assert.ok(total(found.map(({ sole }) => sole)) <= elapsed);
        for (const { sole, saving, contribution } of found) assert.ok(sole <= saving && sole <= contribution);
      });
    });

    it("what was not awaited costs nothing", () => {
      check((steps, { steps: found }) => {
        for (const [at, each] of found.entries()) {
          if (!steps[at]!.awaited)
            assert.deepEqual(each, { contribution: 0, saving: 0, slack: 0, sole: 0, critical: false });
        }
      });
    });
  });

  it("holds its bounds with times that are no round numbers", () => {
    const scaled = fc.tuple(
      aDecisionsSteps,
      fc.double({ min: 0.001, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(scaled, ([steps, scale, shift]) => {
        const intervals = asMeasured(steps).map((each) => ({
          ...each,
          start: each.start * scale + shift,
          end: each.end * scale + shift,
        }));
        const elapsed = tick(steps).end * scale + 2 * shift;
        const { steps: found } = attribute(intervals, elapsed);
        for (const [at, { saving, sole, slack, contribution }] of found.entries()) {
          const { start, end } = intervals[at]!;
          assert.ok(saving >= 0 && saving <= end - start && sole >= 0 && sole <= end - start);
          assert.ok(slack >= 0 && contribution >= 0);
        }
        const sum = found.reduce((all, { contribution }) => all + contribution, 0);
        assert.ok(Math.abs(sum - elapsed) < 1e-9 * (1 + elapsed));
      }),
      runs(300),
    );
  });
});

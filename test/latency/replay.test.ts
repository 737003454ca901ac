import assert from "node:assert/strict";
import fc from "fast-check";
import { attribute } from "../../src/decide/attribute.ts";
import type { TimedDecision } from "../../src/domain/timed-decision.ts";
import { type Change, replay } from "../../src/latency/replay.ts";
import { asMeasured, type Step, tick } from "../decide/support/ticking.ts";
import { runs } from "../support/property.ts";
import { aMeasuredDecision, timed, timedStep } from "./support/timed.ts";

const check = (property: (steps: readonly Step[], decision: TimedDecision) => void) =>
  fc.assert(
    fc.property(aMeasuredDecision, ({ steps, decision }) => property(steps, decision)),
    runs(300),
  );

describe("replaying a decision", () => {
  it("gives the measured end of every step when nothing is changed", () => {
    const times = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(aMeasuredDecision, times, ({ decision }, shift) => {
        const steps = decision.steps.map((step) => ({ ...step, startUs: step.startUs + shift }));
        const elapsedUs = decision.elapsedUs + shift;
        const again = replay({ ...decision, steps, elapsedUs }, {});
        assert.deepEqual(
          again.endsUs,
          steps.map(({ startUs, durationUs }) => startUs + durationUs),
        );
        assert.equal(again.elapsedUs, elapsedUs);
      }),
      runs(300),
    );
  });

  it("is a run tick by tick with the other durations", () => {
    check((steps, decision) => {
      for (const divisor of [2, 3]) {
        const otherwise = (duration: number, at: number) => (at % divisor === 0 ? duration * 2 : 0);
        const run = tick(steps.map((step, at) => ({ ...step, duration: otherwise(step.duration, at) })));
        const again = replay(decision, { durationUs: ({ durationUs }, at) => otherwise(durationUs, at) });
        assert.deepEqual(again.endsUs, run.ends);
        assert.equal(again.elapsedUs, run.end + 2);
      }
    });
  });

  it("is a run tick by tick without what is dropped, and without what needs that", () => {
    check((steps, decision) => {
      for (const dropped of steps.keys()) {
        const gone = new Set([dropped]);
        for (const [at, { kind, waitsFor = [] }] of decision.steps.entries()) {
          const isSkipped = kind === "source" || kind === "derived";
          if (isSkipped && waitsFor.some((other) => gone.has(other))) gone.add(at);
        }
        const run = tick(steps.map((step, at) => (gone.has(at) ? { ...step, lag: 0, duration: 0 } : step)));
        const again = replay(decision, { dropped: (_, at) => at === dropped });
        assert.deepEqual(again.endsUs, run.ends);
        assert.equal(again.elapsedUs, run.end + 2);
      }
    });
  });

  it("with one step instant saves what attribution says", () => {
    check((steps, decision) => {
      const { steps: found } = attribute(asMeasured(steps), decision.elapsedUs);
      for (const [at, { saving }] of found.entries()) {
        const durationUs: Change["durationUs"] = (step, other) => (other === at ? 0 : step.durationUs);
        assert.equal(decision.elapsedUs - replay(decision, { durationUs }).elapsedUs, saving);
      }
    });
  });

  it("lets what merely stood behind a dropped step begin earlier, and runs it", () => {
    const decision = timed([
      timedStep({ name: "a", durationUs: 10 }),
      timedStep({ name: "b", startUs: 12, durationUs: 5, behind: [0] }),
      timedStep({ name: "c", startUs: 13, durationUs: 9, waitsFor: [0] }),
      timedStep({ name: "rules", kind: "rules", startUs: 23, durationUs: 1, waitsFor: [1, 2] }),
    ]);
    assert.deepEqual(replay(decision, { dropped: ({ name }) => name === "a" }), {
      endsUs: [0, 7, 0, 9],
      elapsedUs: 9,
    });
  });
});

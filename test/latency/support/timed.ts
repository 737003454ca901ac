import type fc from "fast-check";
import type { TimedDecision, TimedStep } from "../../../src/domain/timed-decision.ts";
import { aDecisionsSteps, asMeasured, type Step, tick } from "../../decide/support/ticking.ts";

/** A step that begins at once and is awaited, unless told otherwise. */
export function timedStep(part: Partial<TimedStep> & Pick<TimedStep, "name">): TimedStep {
  return { kind: "source", status: "OK", startUs: 0, durationUs: 1000, ...part };
}

/** A decision that ends with its last step, unless told otherwise. */
export function timed(steps: readonly TimedStep[], part: Partial<TimedDecision> = {}): TimedDecision {
  return {
    policy: "payments",
    decisionId: "0199aaaa-0000-7000-8000-000000000001",
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    arrivedAtMs: Date.UTC(2026, 10, 1),
    elapsedUs: Math.max(0, ...steps.map(({ startUs, durationUs }) => startUs + durationUs)),
    outcome: "approve",
    completeness: "COMPLETE",
    steps,
    ...part,
  };
}

const kinds = ["source", "source", "derived", "model"] as const;

/** A decision as it would be measured; of what a step waits for, every third merely ran before it. */
function measured(steps: readonly Step[]): TimedDecision {
  const run = asMeasured(steps);
  const timedSteps = steps.map(({ waitsFor, awaited, duration }, at): TimedStep => {
    const isInput = (other: number) => (at + other) % 3 !== 0;
    const isPhase = at > 0 && at === steps.length - 1;
    return {
      name: `step${at}`,
      kind: isPhase ? "rules" : kinds[at % kinds.length]!,
      status: "OK",
      startUs: run[at]!.start,
      durationUs: duration,
      ...(awaited ? {} : { awaited }),
      waitsFor: waitsFor.filter(isInput),
      behind: waitsFor.filter((other) => !isInput(other)),
    };
  });
  return timed(timedSteps, { elapsedUs: tick(steps).end + 2 });
}

/** Steps to run tick by tick, and the decision that is measured of them. */
export const aMeasuredDecision: fc.Arbitrary<{ readonly steps: readonly Step[]; readonly decision: TimedDecision }> =
  aDecisionsSteps.map((steps) => ({ steps, decision: measured(steps) }));

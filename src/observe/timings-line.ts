import type { Decision, StepTiming } from "../domain/decision.ts";
import type { TimedDecision, TimedStep } from "../domain/timed-decision.ts";

/** A decision as a line of a timings file, its end included. */
export function timingsLine(decision: Decision): string {
  const { policy, decisionId, trace, arrivedAtMs, elapsedMs, outcome, completeness, steps } = decision;
  const timed: TimedDecision = {
    policy,
    decisionId,
    traceId: trace.traceId,
    arrivedAtMs: Math.round(arrivedAtMs),
    elapsedUs: microseconds(elapsedMs),
    outcome,
    completeness,
    steps: steps.map(timedStep),
  };
  return `${JSON.stringify(timed)}\n`;
}

function timedStep({ name, kind, status, startMs, durationMs, awaited, waitsFor, behind }: StepTiming): TimedStep {
  const startUs = microseconds(startMs);
  return {
    name,
    kind,
    status,
    startUs,
    // Both ends are rounded, not the length: what ended before another began still does.
    durationUs: microseconds(startMs + durationMs) - startUs,
    ...(awaited ? {} : { awaited }),
    ...(waitsFor.length === 0 ? {} : { waitsFor }),
    ...(behind === undefined ? {} : { behind: [behind] }),
  };
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}

import type { TimedDecision, TimedStep } from "../domain/timed-decision.ts";

/**
 * A decision whose times hold what replaying relies on: no step begins before those it began after have ended, and none ends
 * after the decision. Where times were rounded, or moved apart for a trace, that may be off by microseconds.
 */
export function inOrder(decision: TimedDecision): TimedDecision {
  const steps: TimedStep[] = [];
  const endOf = (at: number) => steps[at]!.startUs + steps[at]!.durationUs;
  let elapsedUs = decision.elapsedUs;
  for (const [at, step] of decision.steps.entries()) {
    const readyUs = Math.max(0, ...[...(step.waitsFor ?? []), ...(step.behind ?? [])].map(endOf));
    const startUs = Math.max(step.startUs, readyUs);
    const endUs = Math.max(step.startUs + step.durationUs, startUs);
    steps.push({ ...step, startUs, durationUs: endUs - startUs });
    if (step.awaited !== false) elapsedUs = Math.max(elapsedUs, endOf(at));
  }
  return { ...decision, elapsedUs, steps };
}

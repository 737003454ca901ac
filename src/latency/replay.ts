import type { TimedDecision, TimedStep } from "../domain/timed-decision.ts";

/** What would have been otherwise in one decision. */
export interface Change {
  /** How long a step would have taken, of what it took; both microseconds. */
  readonly durationUs?: (step: TimedStep, at: number) => number;
  /** Whether a step would not have been there. What needs its result would not have run either: see `skippedWith`. */
  readonly dropped?: (step: TimedStep, at: number) => boolean;
}

/** When each step would have ended, and the decision; microseconds since the request's arrival. */
export interface Replay {
  readonly endsUs: readonly number[];
  readonly elapsedUs: number;
}

/**
 * Runs a decision's graph again: every step begins as long after the last it waited for, or stood behind, as it really did;
 * what was given up stays given up, and what comes after the last step takes as long as it did. With nothing changed every
 * end is as measured, to the microsecond.
 */
export function replay({ steps, elapsedUs }: TimedDecision, { durationUs, dropped }: Change): Replay {
  const endsUs: number[] = [];
  const gone: boolean[] = [];
  let measured = 0;
  let last = 0;
  for (const [at, step] of steps.entries()) {
    let readyUs = 0;
    let readyNowUs = 0;
    let lacking = false;
    for (const other of step.waitsFor ?? []) {
      readyUs = Math.max(readyUs, endOf(steps[other]!));
      readyNowUs = Math.max(readyNowUs, endsUs[other]!);
      lacking ||= gone[other]!;
    }
    for (const other of step.behind ?? []) {
      readyUs = Math.max(readyUs, endOf(steps[other]!));
      readyNowUs = Math.max(readyNowUs, endsUs[other]!);
    }
    const isGone = dropped?.(step, at) === true || (lacking && skippedWith(step));
    gone.push(isGone);
    const startUs = step.startUs - (readyUs - readyNowUs);
    // What is gone lets through at once, delay and all: it never comes to begin.
    if (isGone) endsUs.push(readyNowUs);
    else endsUs.push(startUs + (durationUs?.(step, at) ?? step.durationUs));
    if (step.awaited === false) continue;
    measured = Math.max(measured, endOf(step));
    last = Math.max(last, endsUs[at]!);
  }
  return { endsUs, elapsedUs: elapsedUs - (measured - last) };
}

/** Whether a step is skipped when one is gone whose result it takes: models, gate and rules decide without it. */
function skippedWith({ kind }: TimedStep): boolean {
  return kind === "source" || kind === "derived";
}

function endOf({ startUs, durationUs }: TimedStep): number {
  return startUs + durationUs;
}

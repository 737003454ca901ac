/** One step of a decision as measured. Any unit of time, the same for all. */
export interface Interval {
  readonly start: number;
  readonly end: number;
  /** Indexes of the awaited steps that had to end before it could begin; none ends after it began. */
  readonly waitsFor: readonly number[];
  /** False for a step that never ran or that nothing waited for: it holds nothing up, and no step waits for it. */
  readonly awaited: boolean;
}

/** What one step cost the decision. */
export interface Attribution {
  readonly contribution: number;
  readonly saving: number;
  readonly slack: number;
  readonly sole: number;
  readonly critical: boolean;
}

/**
 * Says how much of the elapsed time each step is to blame for, whether source, derived feature, model, gate or rules.
 *
 * All four are about one graph, in which every step begins as long after the last it waits for as it really did, and takes
 * as long as it did. The decision ends with its last step; what comes after (making the answer) stays as it was.
 *
 * - contribution: walking back from the last to end, each time to the last to end of those it waited for, gives the
 *   critical path. Each step on it holds the decision up from the end of the one before it (so time spent waiting to start
 *   counts for the step that follows) to its own end, the last one to the end of all. They sum to `elapsed`.
 * - saving: by how much earlier the decision would have ended had the step been instant. As the rules wait for every
 *   awaited feature, that is also by how much earlier the features would have been complete.
 * - slack: how much longer the step could have taken without the decision ending later.
 * - sole: for how long it was the only blocker: it ran, every other awaited step had ended or waited for it, directly or
 *   through others. At most one step is that at a time, and what is so found is certain to be saved.
 *
 * So 0 ≤ sole ≤ saving ≤ duration, sole ≤ contribution, and on the path slack is 0. Off the path saving is 0, and slack is
 * above 0 unless another path of the same length leads through the step; then neither of the two saves anything alone.
 *
 * Costs a pass over the graph, and one more for each step on the path.
 *
 * @param steps times since the request's arrival, none after `elapsed`; each step after those it waits for.
 */
export function attribute(
  steps: readonly Interval[],
  elapsed: number,
): { readonly steps: readonly Attribution[]; readonly path: readonly number[] } {
  const ready = steps.map((step) => readyAt(steps, step));
  const path = criticalPath(steps);
  const found: { -readonly [Name in keyof Attribution]: Attribution[Name] }[] = slacksOf(steps, ready).map((slack) => ({
    contribution: 0,
    saving: 0,
    slack,
    sole: 0,
    critical: false,
  }));
  let from = 0;
  for (const [index, at] of path.entries()) {
    const to = index === path.length - 1 ? elapsed : steps[at]!.end;
    const each = found[at]!;
    each.critical = true;
    each.contribution = to - from;
    from = to;
    const duration = steps[at]!.end - steps[at]!.start;
    // Off the path both are 0: the path itself is as long without the step.
    if (duration > 0) Object.assign(each, replayInstant(steps, ready, at));
  }
  return { path, steps: found };
}

/** Indexes in time order: the last to end, before it the last to end of those it waited for, and so on. */
function criticalPath(steps: readonly Interval[]): number[] {
  let last = -1;
  for (const [at, { awaited, end }] of steps.entries()) {
    if (awaited && (last < 0 || end >= steps[last]!.end)) last = at;
  }
  const path: number[] = [];
  while (last >= 0) {
    path.push(last);
    let before = -1;
    for (const other of steps[last]!.waitsFor) {
      if (before < 0 || steps[other]!.end > steps[before]!.end) before = other;
    }
    last = before;
  }
  return path.reverse();
}

/** The graph replayed with one step instant; and when the last had ended of those that do not wait for it. */
function replayInstant(
  steps: readonly Interval[],
  ready: readonly number[],
  instant: number,
): Pick<Attribution, "saving" | "sole"> {
  const { start, end } = steps[instant]!;
  const ends: number[] = [];
  const waits: boolean[] = [];
  let measured = 0;
  let replayed = 0;
  let others = start;
  for (const [at, step] of steps.entries()) {
    let readyNow = 0;
    let waiting = at === instant;
    for (const other of step.waitsFor) {
      if (ends[other]! > readyNow) readyNow = ends[other]!;
      if (waits[other]!) waiting = true;
    }
    // By the difference, so that what does not move stays exactly where it was measured.
    ends.push((at === instant ? start : step.end) - (ready[at]! - readyNow));
    waits.push(waiting);
    if (!step.awaited) continue;
    measured = Math.max(measured, step.end);
    replayed = Math.max(replayed, ends[at]!);
    if (!waiting) others = Math.max(others, step.end);
  }
  return {
    saving: Math.min(end - start, Math.max(0, measured - replayed)),
    sole: Math.max(0, end - others),
  };
}

/** When the last that a step waited for had ended. */
function readyAt(steps: readonly Interval[], { waitsFor }: Interval): number {
  let ready = 0;
  for (const other of waitsFor) ready = Math.max(ready, steps[other]!.end);
  return ready;
}

function slacksOf(steps: readonly Interval[], ready: readonly number[]): number[] {
  let end = 0;
  for (const step of steps) if (step.awaited) end = Math.max(end, step.end);
  const slacks = steps.map((step) => (step.awaited ? end - step.end : 0));
  for (let at = steps.length - 1; at >= 0; at -= 1) {
    const { awaited, waitsFor } = steps[at]!;
    if (!awaited) continue;
    for (const other of waitsFor) {
      slacks[other] = Math.min(slacks[other]!, slacks[at]! + (ready[at]! - steps[other]!.end));
    }
  }
  return slacks;
}

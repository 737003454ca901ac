/** One step of a decision as measured. Any unit of time, the same for all. */
export interface Interval {
  readonly start: number;
  readonly end: number;
  /** Indexes of the steps it waited for. */
  readonly waitsFor: readonly number[];
  /** Part of the features phase: what saving and slack are about. */
  readonly feature: boolean;
  /** False for a step that never ran or that nothing waited for: it holds nothing up. */
  readonly awaited: boolean;
}

/** What one step cost the decision. */
export interface Attribution {
  readonly contribution: number;
  readonly saving: number;
  readonly slack: number;
  readonly critical: boolean;
}

/**
 * Says how much of the elapsed time each step is to blame for.
 *
 * - contribution: walking back from the end, each step on the critical path holds the decision up from the end of the one
 *   before it (so time spent waiting to start counts for the step that follows) to its own end. They sum to `elapsed`.
 * - saving: by how much earlier the features phase would have ended had the step been instant, all else as measured:
 *   every step starts as long after the last it waits for as it really did.
 * - slack: how much later the step could have ended without the features phase ending later.
 *
 * @param steps times since the request's arrival, none after `elapsed`; each step after those it waits for.
 */
export function attribute(steps: readonly Interval[], elapsed: number): { steps: Attribution[]; path: number[] } {
  const path = criticalPath(steps);
  const contributions = new Array<number>(steps.length).fill(0);
  let from = 0;
  for (const [index, at] of path.entries()) {
    const to = index === path.length - 1 ? elapsed : steps[at]!.end;
    contributions[at] = to - from;
    from = to;
  }
  const slacks = slackOf(steps);
  const onPath = new Set(path);
  return {
    path,
    steps: steps.map((step, at) => ({
      contribution: contributions[at]!,
      saving: step.feature && onPath.has(at) ? savingOf(steps, at) : 0,
      slack: slacks[at]!,
      critical: onPath.has(at),
    })),
  };
}

/** Indexes in time order: the last finisher, before it the last to finish by its start, and so on. */
function criticalPath(steps: readonly Interval[]): number[] {
  const path: number[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    let last = -1;
    for (const [at, step] of steps.entries()) {
      const earlier = step.awaited && step.end <= before && !path.includes(at);
      if (earlier && (last < 0 || step.end >= steps[last]!.end)) last = at;
    }
    if (last < 0) return path.reverse();
    path.push(last);
    before = steps[last]!.start;
  }
}

function phaseEnd(steps: readonly Interval[]): number {
  return steps.reduce((end, step) => (step.feature && step.awaited ? Math.max(end, step.end) : end), 0);
}

/** Replays the graph with one step instant. */
function savingOf(steps: readonly Interval[], instant: number): number {
  const ends: number[] = [];
  let end = 0;
  for (const [at, step] of steps.entries()) {
    const ready = Math.max(0, ...step.waitsFor.map((other) => ends[other]!));
    const duration = at === instant ? 0 : step.end - step.start;
    ends.push(ready + (step.start - readyAt(steps, step)) + duration);
    if (step.feature && step.awaited) end = Math.max(end, ends[at]!);
  }
  return Math.max(0, phaseEnd(steps) - end);
}

/** When the last that a step waited for had ended. */
function readyAt(steps: readonly Interval[], { waitsFor }: Interval): number {
  return Math.max(0, ...waitsFor.map((other) => steps[other]!.end));
}

function slackOf(steps: readonly Interval[]): number[] {
  const end = phaseEnd(steps);
  const latestEnd = steps.map(({ feature }) => (feature ? end : Number.POSITIVE_INFINITY));
  for (const [at, step] of [...steps.entries()].reverse()) {
    if (!step.awaited) continue;
    for (const other of step.waitsFor) {
      latestEnd[other] = Math.min(latestEnd[other]!, latestEnd[at]! - (step.end - readyAt(steps, step)));
    }
  }
  return steps.map((step, at) => (step.feature && step.awaited ? Math.max(0, latestEnd[at]! - step.end) : 0));
}

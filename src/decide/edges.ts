/** One step as measured. */
interface Begun {
  readonly startMs: number;
  readonly endMs: number;
  readonly awaited: boolean;
}

/** What a step began after. Indexes of awaited steps that had ended when it began. */
export interface Edges {
  /** Whose result it takes; of what was skipped, what that waited for. */
  readonly waitsFor: readonly number[];
  /**
   * What ran while it could have begun. A step begins the moment its inputs are there unless the one thread is busy or the
   * phase before is not over; so whatever ran from beginning to end in between stood in its way. Of several the last.
   */
  readonly behind: number | undefined;
}

/**
 * The graph of a decision as it really ran.
 * @param steps in the order in which they began.
 * @param inputsOf the indexes of the steps whose result a step takes, awaited or not.
 */
export function edgesOf<Step extends Begun>(
  steps: readonly Step[],
  inputsOf: (step: Step) => readonly number[],
): Edges[] {
  const byEnd = [...steps.keys()].filter((at) => steps[at]!.awaited);
  byEnd.sort((left, right) => steps[left]!.endMs - steps[right]!.endMs);
  const edges: Edges[] = [];
  let ended = 0;
  for (const [at, step] of steps.entries()) {
    while (ended < byEnd.length && steps[byEnd[ended]!]!.endMs <= step.startMs) ended += 1;
    const waitsFor = reached(steps, edges, inputsOf(step), step.startMs);
    edges.push({ waitsFor, behind: step.awaited ? lastBetween(steps, byEnd, ended, at, waitsFor) : undefined });
  }
  return edges;
}

/** The awaited steps that these are or lead to, those that had ended by then. */
function reached(
  steps: readonly Begun[],
  edges: readonly Edges[],
  inputs: readonly number[],
  startMs: number,
): readonly number[] {
  const found = new Set<number>();
  for (const input of inputs) {
    // Of steps that took no time at all the order is not known; none waits for one listed after it.
    const known = edges[input];
    if (known === undefined) continue;
    for (const other of steps[input]!.awaited ? [input] : known.waitsFor) {
      if (steps[other]!.endMs <= startMs) found.add(other);
    }
  }
  return [...found];
}

/**
 * The last to end of the steps that ran wholly between the moment a step could have begun and that in which it did.
 * @param ended so many of `byEnd` had ended by then.
 */
function lastBetween(
  steps: readonly Begun[],
  byEnd: readonly number[],
  ended: number,
  at: number,
  waitsFor: readonly number[],
): number | undefined {
  let readyMs = 0;
  for (const other of waitsFor) readyMs = Math.max(readyMs, steps[other]!.endMs);
  for (let back = ended - 1; back >= 0; back -= 1) {
    const other = byEnd[back]!;
    if (steps[other]!.endMs <= readyMs) return undefined;
    if (other < at && steps[other]!.startMs >= readyMs) return other;
  }
  return undefined;
}

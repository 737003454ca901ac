interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** Those that are due within a millisecond or so. */
const soon = new Set<Due>();
let watching = false;

/**
 * As setTimeout, but not up to 1.5 ms late: timers are rounded to whole milliseconds, which four of them one after the other
 * would add to what is measured. The last millisecond is spent looking at the clock, for all that are due in it together.
 * @returns calls it off; false if it has run.
 */
export function afterExactly(delayMs: number, run: () => void): () => boolean {
  const due = { atMs: performance.now() + delayMs, run };
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    timer = undefined;
    soon.add(due);
    if (watching) return;
    watching = true;
    look();
  };
  // A timer may also come a little early.
  if (delayMs > 2) timer = setTimeout(watch, delayMs - 1);
  else watch();
  return () => {
    const waits = timer !== undefined;
    clearTimeout(timer);
    return soon.delete(due) || waits;
  };
}

function look(): void {
  const now = performance.now();
  for (const due of soon) {
    if (due.atMs > now) continue;
    soon.delete(due);
    due.run();
  }
  watching = soon.size > 0;
  if (watching) setImmediate(look);
}

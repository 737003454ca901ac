/** Time as the tail of a source uses it, so that tests can double it. */
export interface Time {
  /** Milliseconds on the clock of `SourceRequest.deadlineMs`: since an arbitrary start, never going back. */
  now(): number;
  /** Runs something once, so many milliseconds from now. @returns what takes that back. */
  after(ms: number, run: () => void): () => void;
}

/** Node takes a longer delay for none at all. */
const longestMs = 2_147_483_647;

export const systemTime: Time = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, longestMs));
    return () => clearTimeout(timer);
  },
};

/** By how much a timer may fire before its time on this clock: Node counts whole milliseconds, rounded down. */
export const timerEarlyMs = 2;

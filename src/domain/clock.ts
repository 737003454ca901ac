/** The only source of time, so that tests can double it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back; resolves microseconds. */
  monotonic(): number;
  /** When a moment of the monotonic clock was: milliseconds since the Unix epoch, to the microsecond. */
  epochOf(monotonicMs: number): number;
}

let originMs = performance.timeOrigin;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  epochOf(monotonicMs) {
    // Date.now() is cut to whole milliseconds; further off than that, the system's clock was set since.
    const offMs = Date.now() - (originMs + performance.now());
    if (offMs < -2 || offMs > 1) originMs += offMs + 0.5;
    return originMs + monotonicMs;
  },
};

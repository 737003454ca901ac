import type { Clock } from "../domain/clock.ts";

/** A phase of a decision that is no node of the plan. */
export interface Phase {
  readonly name: "record" | "gate" | "rules";
  /** Monotonic milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly error: unknown;
}

/** Times the phases of one decision, and keeps a failing phase from failing it. */
export class Stopwatch {
  readonly phases: Phase[] = [];
  readonly #clock: Clock;
  /** When the request arrived. */
  readonly arrivedMs: number;

  constructor(clock: Clock, arrivedMs: number) {
    this.#clock = clock;
    this.arrivedMs = arrivedMs;
  }

  /** Milliseconds since the request's arrival. */
  elapsedMs(): number {
    return this.#clock.monotonic() - this.arrivedMs;
  }

  /** When the request arrived, milliseconds since the epoch. */
  arrivedAtMs(): number {
    return this.#clock.epochOf(this.arrivedMs);
  }

  /** @param otherwise the result if the step throws; the error is kept for the log. */
  async time<Result>(name: Phase["name"], step: () => Promise<Result>, otherwise: Result): Promise<Result> {
    const startMs = this.#clock.monotonic();
    let error: unknown;
    try {
      return await step();
    } catch (thrown) {
      error = thrown;
      return otherwise;
    } finally {
      this.phases.push({ name, startMs, endMs: this.#clock.monotonic(), error });
    }
  }
}

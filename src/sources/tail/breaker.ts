import { type BreakerOptions, tailDefaults } from "./entry.ts";

/** How a fetch ended, as it tells of the source; `unknown` tells nothing. */
export type Verdict = "good" | "failed" | "unknown";

/** The leave to make one fetch, to be given back with its end. */
export interface Pass {
  readonly period: number;
  readonly nextTrialMs: number;
}

/**
 * A circuit breaker. It opens when, of the last `window` fetches, the share `failures` failed. While it is open one fetch
 * every `openMs` is let through as a trial, also while an earlier one hangs: a source that is back is in use again
 * `openMs` and one answer later, whatever its timeout. One good trial closes it.
 */
export class Breaker {
  readonly #window: number;
  readonly #openMs: number;
  readonly #mostFailed: number;
  /** The ends of the last fetches: true if failed. */
  readonly #ends: boolean[] = [];
  #at = 0;
  #failed = 0;
  #open = false;
  /** Counts the times it opened and closed: what began in an earlier one tells nothing of this one. */
  #period = 0;
  #nextTrialMs = 0;

  constructor({
    failures = tailDefaults.failures,
    window = tailDefaults.window,
    openMs = tailDefaults.openMs,
  }: BreakerOptions) {
    this.#window = window;
    this.#openMs = openMs;
    this.#mostFailed = failures * window;
  }

  /** @returns undefined if the source must not be asked now. */
  admit(nowMs: number): Pass | undefined {
    if (this.#open) {
      if (nowMs < this.#nextTrialMs) return undefined;
      this.#nextTrialMs = nowMs + this.#openMs;
    }
    return { period: this.#period, nextTrialMs: this.#nextTrialMs };
  }

  /** @returns what it did, if it opened or closed. */
  report({ period, nextTrialMs }: Pass, verdict: Verdict, nowMs: number): "opened" | "closed" | undefined {
    if (period !== this.#period) return undefined;
    if (this.#open) {
      if (verdict === "good") return this.#turn(false);
      // A trial that told nothing makes room for the next.
      if (verdict === "unknown" && nextTrialMs === this.#nextTrialMs) this.#nextTrialMs = nowMs;
      return undefined;
    }
    if (verdict === "unknown") return undefined;
    this.#remember(verdict === "failed");
    if (this.#failed < this.#mostFailed) return undefined;
    this.#nextTrialMs = nowMs + this.#openMs;
    return this.#turn(true);
  }

  #remember(failed: boolean): void {
    if (this.#ends[this.#at] === true) this.#failed -= 1;
    if (failed) this.#failed += 1;
    this.#ends[this.#at] = failed;
    this.#at = (this.#at + 1) % this.#window;
  }

  #turn(open: boolean): "opened" | "closed" {
    this.#open = open;
    this.#period += 1;
    this.#ends.length = 0;
    this.#at = 0;
    this.#failed = 0;
    return open ? "opened" : "closed";
  }
}

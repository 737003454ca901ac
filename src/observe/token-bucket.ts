/** At most so many a second, and as many at once after a quiet second. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #filledMs: number;

  /** @param nowMs on any clock, the same for all calls. */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledMs = nowMs;
  }

  /** @param leaving what must stay for others, as a part of all: who leaves more is the first to go without. */
  take(nowMs: number, leaving = 0): boolean {
    const gained = (Math.max(0, nowMs - this.#filledMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + gained);
    this.#filledMs = nowMs;
    if (this.#tokens < 1 + leaving * this.#perSecond) return false;
    this.#tokens -= 1;
    return true;
  }
}

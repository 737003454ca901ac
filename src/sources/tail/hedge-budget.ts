/** One second attempt for this many fetches: 5 %. */
const fetchesEach = 20;
/** So many second attempts can be saved up, for a moment in which the source is slow. */
const mostSaved = 10;

/** Keeps second attempts at 5 % of all fetches, counted from the first one. */
export class HedgeBudget {
  #fetches = 0;

  /** A fetch was made. */
  earn(): void {
    this.#fetches = Math.min(this.#fetches + 1, mostSaved * fetchesEach);
  }

  /** Takes one second attempt, if there is one. */
  take(): boolean {
    if (this.#fetches < fetchesEach) return false;
    this.#fetches -= fetchesEach;
    return true;
  }
}

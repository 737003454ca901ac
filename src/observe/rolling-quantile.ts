/** Each bin's upper bound over its lower one: what is estimated is at most so much above the truth. */
const growth = 1.02;
/** Below the first bin and above the last one, values are not told apart. */
const least = 0.001;
const most = 100_000;
const bins = Math.ceil(Math.log(most / least) / Math.log(growth)) + 1;

export interface RollingQuantileOptions {
  /** Which part of the values lies below, such as 0.99. */
  readonly quantile: number;
  /** Observations after which the weight of all so far is halved: the younger count for more. */
  readonly halveAfter: number;
  /** With fewer there is no estimate. */
  readonly atLeast: number;
}

/**
 * A quantile of the values of late, in fixed memory: a histogram with logarithmic bins that forgets. The estimate is the
 * upper bound of the bin that the quantile lies in, so never below it, and at most 2 % above (for values of 0.001 to 100,000).
 */
export class RollingQuantile {
  readonly #options: RollingQuantileOptions;
  readonly #counts = new Float64Array(bins);
  #total = 0;
  #sinceHalved = 0;

  constructor(options: RollingQuantileOptions) {
    this.#options = options;
  }

  observe(value: number): void {
    const bin = Math.ceil(Math.log(Math.max(value, least) / least) / Math.log(growth));
    this.#counts[Math.min(bin, bins - 1)]! += 1;
    this.#total += 1;
    this.#sinceHalved += 1;
    if (this.#sinceHalved >= this.#options.halveAfter) this.#halve();
  }

  /** Undefined until enough was observed. */
  estimate(): number | undefined {
    if (this.#total < this.#options.atLeast) return undefined;
    // A little more, for what rounding takes away.
    let above = this.#total * (1 - this.#options.quantile + 1e-9);
    // From above, since what is asked for lies near the top.
    for (let bin = bins - 1; bin > 0; bin--) {
      above -= this.#counts[bin]!;
      if (above < 0) return least * growth ** bin;
    }
    return least;
  }

  #halve(): void {
    this.#sinceHalved = 0;
    this.#total /= 2;
    for (let bin = 0; bin < bins; bin++) this.#counts[bin]! /= 2;
  }
}

const remembered = 512;
/** Fewer say nothing about one in twenty. */
const fewest = 20;
/** Sorting for every fetch would cost more than it tells. */
const refreshEvery = 32;

/** How long the last answers of one source took. */
export class Latencies {
  readonly #times = new Float64Array(remembered);
  #count = 0;
  #sinceSorted = 0;
  #median: number | undefined;
  #p95: number | undefined;

  record(ms: number): void {
    this.#times[this.#count % remembered] = ms;
    this.#count += 1;
    this.#sinceSorted += 1;
    if (this.#count < fewest || (this.#p95 !== undefined && this.#sinceSorted < refreshEvery)) return;
    this.#sinceSorted = 0;
    const sorted = this.#times.slice(0, Math.min(this.#count, remembered)).sort();
    this.#median = quantile(sorted, 0.5);
    this.#p95 = quantile(sorted, 0.95);
  }

  /** In milliseconds; undefined while too few are known. */
  get median(): number | undefined {
    return this.#median;
  }

  /** That which 95 % of the answers took at most, in milliseconds; undefined while too few are known. */
  get p95(): number | undefined {
    return this.#p95;
  }
}

/** The nearest rank: the smallest value that at least this share does not exceed. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}

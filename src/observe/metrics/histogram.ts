import type { Described, Exemplar, Family, Sample } from "./family.ts";
import { type Labels, type LoadedNames, Series } from "./series.ts";

/** A series is a line for each bucket: fewer of them than of a counter's. */
const seriesLimit = 300;

/** Seconds, from 0.1 ms to 1 s, finest where deadlines are; the last one tells late from very late. */
export const latencyBuckets: readonly number[] = [
  0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1,
  2.5,
];

/** Seconds; for what is summed more often than asked for quantiles. */
export const coarseLatencyBuckets: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1];

interface HistogramOptions<Names extends Labels> extends Described<Names> {
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
}

/** One series of a histogram. */
class Distribution {
  readonly #bounds: readonly number[];
  /** By bucket, not cumulated; the last is beyond all bounds. */
  readonly counts: Float64Array;
  readonly exemplars: (Exemplar | undefined)[] = [];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** @param traceId of a trace that is kept, which then shows this bucket. */
  observe(value: number, traceId?: string): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    this.counts[bucket]! += 1;
    this.sum += value;
    if (traceId !== undefined)
      this.exemplars[bucket] = { labelSet: { trace_id: traceId }, value, timestamp: Date.now() / 1000 };
  }
}

/** How often values fell into each of a row of buckets. */
export class Histogram<Names extends Labels = Labels> implements Family {
  readonly type = "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: Names;
  readonly #buckets: readonly number[];
  readonly #series: Series<Distribution>;

  constructor({ name, help, labels, buckets }: HistogramOptions<Names>) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.#buckets = buckets;
    this.#series = new Series(labels, () => new Distribution(buckets), seriesLimit);
  }

  at(...values: readonly string[]): Distribution {
    return this.#series.at(...values);
  }

  samples(): Sample[] {
    return [...this.#series].flatMap(([labels, distribution]) => this.#samplesOf(labels, distribution));
  }

  retain(loaded: LoadedNames): void {
    this.#series.retain(loaded);
  }

  #samplesOf(labels: Readonly<Record<string, string>>, { counts, exemplars, sum }: Distribution): Sample[] {
    let count = 0;
    const buckets = [...this.#buckets, "+Inf"].map((le, at): Sample => {
      count += counts[at]!;
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: count, exemplar: exemplars[at] };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}

import type { Labels, LoadedNames } from "./series.ts";

/** What a metric is called and means. */
export interface Described<Names extends Labels = Labels> {
  /** Base units in the name: seconds, bytes; `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly labels: Names;
}

/** A trace that shows one observation. */
export interface Exemplar {
  readonly labelSet: { readonly trace_id: string };
  readonly value: number;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
}

/** One line of the exposition, in the form prom-client renders. */
export interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
}

/** A metric with all its series. */
export interface Family extends Described {
  readonly type: "counter" | "gauge" | "histogram";
  samples(): Sample[];
  /** Drops the series of names that the documents no longer have. */
  retain(loaded: LoadedNames): void;
}

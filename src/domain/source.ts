import type { AggregateSnapshot } from "./aggregate.ts";
import type { Event, SourceKey } from "./event.ts";
import type { Fetched } from "./feature.ts";

export type SourceKind = "request" | "table" | "redis" | "http" | "grpc" | "aggregate";

/** How one fetch ended. */
export type SourceStatus = "OK" | "CACHED" | "NOT_FOUND" | "TIMEOUT" | "ERROR" | "SKIPPED" | "NOT_AWAITED";

/** One fetch: everything that one decision wants from one source. */
export interface SourceRequest {
  readonly key: SourceKey;
  readonly event: Event;
  /** The answer is to be as if the event had been counted although it was not (a dry run). Aggregates only. */
  readonly include: boolean;
  /** What counting the event brought with it, if anything. Aggregates only. */
  readonly snapshot?: AggregateSnapshot | undefined;
  /** Aborted at the source's timeout, at the decision's deadline, or when the answer cannot matter any more. */
  readonly signal: AbortSignal;
  /** When it is aborted at the latest, on the monotonic clock (`performance.now()`). */
  readonly deadlineMs: number;
  /** W3C trace context of this fetch, for what goes out over a network. Asking fixes the id of the fetch's span. */
  readonly traceparent: string;
  /** What other tracing systems keep with the trace (W3C), to go out beside `traceparent`. */
  readonly tracestate?: string | undefined;
  /** Told what becomes of the fetch besides its answer, for traces. */
  readonly note?: (note: FetchNote) => void;
}

/** What became of a fetch that was not one plain call. */
export type FetchNote =
  /** An expired answer stood in. */
  | { readonly kind: "stale" }
  /** It was tried again after a failure. */
  | { readonly kind: "retried" }
  /** It was sent a second time because the first took long; the second has a span of its own. */
  | { readonly kind: "hedged"; readonly spanId: string }
  /** It was answered with the fetch of another decision, which went out with this trace context. */
  | { readonly kind: "shared"; readonly traceparent: string };

/** What a source answers. `values` is in the order of the features given to `prepare`; each is there or says why not. */
export interface SourceAnswer {
  readonly status: Exclude<SourceStatus, "NOT_AWAITED">;
  readonly values: readonly Fetched[];
  /** Indexes of values over events that are no longer kept one by one: approximate (see `OnBucketed`). Aggregates only. */
  readonly bucketed?: readonly number[] | undefined;
  /** Of an answer that is less than it should be: what went wrong; for logs, never for callers. */
  readonly error?: unknown;
}

/** A fetch prepared for a fixed list of features, so that names are resolved once a bundle and not once a decision. */
export type Fetch = (request: SourceRequest) => SourceAnswer | Promise<SourceAnswer>;

/**
 * A place features come from. `Feature` is the kind's own part of a catalogue entry (a column, an aggregate and window).
 * A fetch may answer at once or by promise; it may throw or reject, which the caller turns into status ERROR and
 * missing features: a dead source never fails a decision.
 */
export interface FeatureSource<Feature = unknown> {
  readonly name: string;
  readonly kind: SourceKind;
  prepare(features: readonly Feature[]): Fetch;
}

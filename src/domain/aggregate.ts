import type { SourceKey } from "./event.ts";
import type { FeatureValue } from "./feature.ts";

export type AggregateFunction = "count" | "sum" | "mean" | "min" | "max" | "distinct";

/** What an aggregate source keeps; from the catalogue. */
export interface AggregateSpec {
  /** The source's name: its events are kept under it. */
  readonly source: string;
  /** Events older than the newest event of their key by more than this may be dropped. Milliseconds. */
  readonly retainMs: number;
}

/** One aggregate feature: a function over a window of one key's events. */
export interface AggregateQuery {
  readonly aggregate: AggregateFunction;
  /** Over the source's value, or over the labels reported later. An event without a label counts as label 0. */
  readonly of: "value" | "label";
  /** The window is (t − delayMs − windowMs, t − delayMs], t being the event's own time. Milliseconds. */
  readonly windowMs: number;
  readonly delayMs: number;
  /** The value over an empty window; undefined: none. */
  readonly empty: number | undefined;
}

/** One event as one aggregate source counts it. `value` undefined: the event had none; it counts, but adds no value. */
export interface Contribution {
  readonly spec: AggregateSpec;
  readonly key: SourceKey;
  readonly value: FeatureValue | undefined;
}

/** An event for the aggregates: idempotent on `requestId` for each source. */
export interface CountedEvent {
  readonly requestId: string;
  readonly occurredAtMs: number;
  readonly contributions: readonly Contribution[];
}

/** Truth about an event, known later. */
export interface Label {
  readonly requestId: string;
  readonly value: number;
  /** Of two labels for one event the one reported later holds. Milliseconds since the epoch. */
  readonly reportedAtMs: number;
}

/** `duplicate`: nothing changed, the event (in all its sources) or the label (or a later one) was there already. */
export type Counted = "accepted" | "duplicate";

/** An event that is to be in the windows although it may not have been counted (a dry run, or a count that failed). */
export interface IncludedEvent {
  readonly requestId: string;
  readonly value: FeatureValue | undefined;
}

/**
 * Told the index of each query whose window reaches back to events that are no longer kept one by one: its ends may be off
 * by less than a bucket, and `distinct` is an estimate.
 */
export type OnBucketed = (query: number) => void;

/** The aggregates of a counted event's keys as they were right after it was counted. */
export interface AggregateSnapshot {
  /** As `AggregateStore.read` at that moment; undefined: it does not have this key. */
  read(
    spec: AggregateSpec,
    key: SourceKey,
    atMs: number,
    queries: readonly AggregateQuery[],
    onBucketed?: OnBucketed,
  ): readonly (number | undefined)[] | undefined;
}

/**
 * Short-lived aggregates on event time. Implementations must be exact in their windows, idempotent on `requestId` also
 * under concurrency, and durable against the death of the process as soon as `count` or `label` returns.
 */
export interface AggregateStore {
  /**
   * Counts the event in all its sources in one atomic step or, across servers, in steps that the same request id completes.
   * @param onSnapshot if given, told what can be read then without asking again, by a store for which asking takes long
   */
  count(event: CountedEvent, onSnapshot?: (snapshot: AggregateSnapshot) => void): Counted | Promise<Counted>;
  /**
   * Attaches a label to the event with this request id, whenever it arrives: also before its event, also when the event
   * was counted by several sources.
   */
  label(label: Label): Counted | Promise<Counted>;
  /**
   * The queries' values over one key's events, in order; undefined where the window is empty and the query has no
   * `empty` value (count, sum and distinct of nothing are 0).
   * @param include is not counted, nor in the windows twice if it was counted
   */
  read(
    spec: AggregateSpec,
    key: SourceKey,
    atMs: number,
    queries: readonly AggregateQuery[],
    include?: IncludedEvent,
    onBucketed?: OnBucketed,
  ): readonly (number | undefined)[] | Promise<readonly (number | undefined)[]>;
  close(): Promise<void>;
}

import type { AggregateQuery, OnBucketed } from "../../domain/aggregate.ts";
import { bucketColumn, bucketWidth, sketchesBetween, summaryColumn } from "./buckets.ts";
import { eventColumn, eventWidth, type KeyRecord, labelOr0 } from "./record.ts";
import { countUpTo } from "./rows.ts";
import { estimateDistinct } from "./sketch.ts";

/** The values of queries over a record, for an event of time `atMs`, in order. */
export function evaluateAll(
  record: KeyRecord,
  atMs: number,
  queries: readonly AggregateQuery[],
  onBucketed: OnBucketed = () => {},
): readonly (number | undefined)[] {
  return queries.map((query, index) => {
    const range = rangeOf(record, atMs, query);
    // It holds a bucket, or may end within one.
    if (range.firstBucket < record.buckets.rows.length) onBucketed(index);
    return evaluate(record, range, query);
  });
}

/**
 * A query's value over a range of a record; undefined: none. It is exact as long as the window holds no
 * bucket; a bucket makes its ends inexact by less than the bucket's span, and `distinct` an estimate (see `sketch.ts`).
 */
function evaluate(record: KeyRecord, range: Range, query: AggregateQuery): number | undefined {
  const { empty } = query;
  if (query.aggregate === "count") return countEvents(record, range) || (empty ?? 0);
  if (query.aggregate === "distinct") return countDistinct(record, range, query.of) || (empty ?? 0);
  const { count, sum, min, max } = summarise(record, range, query.of);
  if (query.aggregate === "sum") return count === 0 ? (empty ?? 0) : sum;
  if (count === 0) return empty;
  if (query.aggregate === "mean") return sum / count;
  return query.aggregate === "min" ? min : max;
}

/** The rows of a window, as offsets: the first in it and the first after it. */
interface Range {
  readonly firstBucket: number;
  readonly endBucket: number;
  readonly firstEvent: number;
  readonly endEvent: number;
}

function rangeOf({ buckets, events }: KeyRecord, atMs: number, query: AggregateQuery): Range {
  const endMs = atMs - query.delayMs;
  const startMs = endMs - query.windowMs;
  return {
    firstBucket: countUpTo(buckets.rows, bucketWidth, startMs) * bucketWidth,
    endBucket: countUpTo(buckets.rows, bucketWidth, endMs) * bucketWidth,
    firstEvent: countUpTo(events, eventWidth, startMs) * eventWidth,
    endEvent: countUpTo(events, eventWidth, endMs) * eventWidth,
  };
}

function countEvents({ buckets }: KeyRecord, range: Range): number {
  let count = (range.endEvent - range.firstEvent) / eventWidth;
  for (let at = range.firstBucket; at < range.endBucket; at += bucketWidth) {
    count += buckets.rows[at + bucketColumn.label + summaryColumn.count]!;
  }
  return count;
}

function countDistinct(record: KeyRecord, range: Range, of: AggregateQuery["of"]): number {
  const { buckets, events } = record;
  const seen = new Set<number>();
  for (let at = range.firstEvent; at < range.endEvent; at += eventWidth) {
    const number = numberAt(events, at, of);
    if (!Number.isNaN(number)) seen.add(number);
  }
  if (range.firstBucket === range.endBucket) return seen.size;
  const estimate = estimateDistinct(sketchesBetween(buckets, range.firstBucket, range.endBucket, of), seen);
  // No fewer than are certain, no more than there are events.
  return Math.min(Math.max(Math.round(estimate), seen.size), countEvents(record, range));
}

interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** Adds up with Neumaier's compensation (ZAMM 54, 1974): large numbers that cancel leave the small ones intact. */
function summarise({ buckets, events }: KeyRecord, range: Range, of: AggregateQuery["of"]): Summary {
  let count = 0;
  let sum = 0;
  let compensation = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const add = (number: number): void => {
    const next = sum + number;
    compensation += Math.abs(sum) >= Math.abs(number) ? sum - next + number : number - next + sum;
    sum = next;
  };
  for (let at = range.firstBucket + bucketColumn[of]; at < range.endBucket; at += bucketWidth) {
    count += buckets.rows[at + summaryColumn.count]!;
    add(buckets.rows[at + summaryColumn.sum]!);
    min = Math.min(min, buckets.rows[at + summaryColumn.min]!);
    max = Math.max(max, buckets.rows[at + summaryColumn.max]!);
  }
  for (let at = range.firstEvent; at < range.endEvent; at += eventWidth) {
    const number = numberAt(events, at, of);
    if (Number.isNaN(number)) continue;
    count += 1;
    add(number);
    if (number < min) min = number;
    if (number > max) max = number;
  }
  return { count, sum: Number.isFinite(sum) ? sum + compensation : Math.sign(sum) * Number.MAX_VALUE, min, max };
}

function numberAt(events: Float64Array, at: number, of: AggregateQuery["of"]): number {
  return of === "label" ? labelOr0(events[at + eventColumn.label]!) : events[at + eventColumn.value]!;
}

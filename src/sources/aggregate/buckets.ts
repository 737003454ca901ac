import { countUpTo, insertRow, type Rows } from "./rows.ts";

/**
 * Where the oldest events of a very busy key go. A bucket stands for all its events at the time of the newest of them, so
 * a window is off by less than one bucket at each end and never holds an event from after its end.
 *
 * A bucket is a row: that time, then count, sum, minimum and maximum of its values, then of its labels. Every event has a
 * label (0 when none was reported), so the labels' count is the number of events.
 */
export const bucketWidth = 9;
export const bucketColumn = { value: 1, label: 5 } as const;

/** Where a summary's parts are, from its first column on. */
export const summaryColumn = { count: 0, sum: 1, min: 2, max: 3 } as const;

/** The table with one more event in it. `value` NaN: none; `label` is 0 for none. */
export function addToBuckets(buckets: Rows, spanMs: number, timeMs: number, value: number, label: number): Rows {
  const next = bucketAt(buckets, timeMs);
  const isIn = (index: number): boolean => {
    const lastMs = buckets[index * bucketWidth];
    return lastMs !== undefined && Math.floor(lastMs / spanMs) === Math.floor(timeMs / spanMs);
  };
  const index = isIn(next) ? next : isIn(next - 1) ? next - 1 : undefined;
  const grown = index === undefined ? insertRow(buckets, [timeMs, ...nothing, ...nothing], next) : buckets.slice();
  const at = (index ?? next) * bucketWidth;
  grown[at] = Math.max(grown[at]!, timeMs);
  if (!Number.isNaN(value)) addToSummary(grown, at + bucketColumn.value, value);
  addToSummary(grown, at + bucketColumn.label, label);
  return grown;
}

/**
 * The table with the label of one event of this time changed. The least and greatest label of a bucket remain those of
 * all labels it ever had.
 */
export function relabelInBuckets(buckets: Rows, timeMs: number, before: number, after: number): Rows {
  const at = bucketAt(buckets, timeMs) * bucketWidth + bucketColumn.label;
  const changed = buckets.slice();
  changed[at + summaryColumn.sum]! += after - before;
  widen(changed, at, after);
  return changed;
}

const nothing = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

/** The bucket of an event of this time: the first that is not older. Buckets do not overlap. */
function bucketAt(buckets: Rows, timeMs: number): number {
  const upTo = countUpTo(buckets, bucketWidth, timeMs);
  return upTo > 0 && buckets[(upTo - 1) * bucketWidth] === timeMs ? upTo - 1 : upTo;
}

function addToSummary(buckets: Rows, at: number, number: number): void {
  buckets[at + summaryColumn.count]! += 1;
  buckets[at + summaryColumn.sum]! += number;
  widen(buckets, at, number);
}

function widen(buckets: Rows, at: number, number: number): void {
  buckets[at + summaryColumn.min] = Math.min(buckets[at + summaryColumn.min]!, number);
  buckets[at + summaryColumn.max] = Math.max(buckets[at + summaryColumn.max]!, number);
}

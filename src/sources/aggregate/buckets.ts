import { countUpTo, insertRow, type Rows } from "./rows.ts";
import { addToSketch, emptySketch, type Sketch } from "./sketch.ts";

/**
 * Where the oldest events of a very busy key go. A bucket stands for all its events at the time of the newest of them, so
 * a window is off by less than one bucket at each end and never holds an event from after its end.
 *
 * A bucket is a row: that time; count, sum, minimum and maximum of its values, then of its labels; the lengths in bytes of
 * the sketch of its values and of that of its labels. Every event has a label (0 when none was reported), so the labels'
 * count is the number of events.
 */
export interface Buckets {
  readonly rows: Rows;
  /** The sketches of all rows, one after the other: for each its values', then its labels'. */
  readonly sketches: Uint8Array;
}

export const bucketWidth = 11;
export const bucketColumn = { value: 1, label: 5 } as const;
const lengthColumn = { value: 9, label: 10 } as const;

/** Where a summary's parts are, from its first column on. */
export const summaryColumn = { count: 0, sum: 1, min: 2, max: 3 } as const;

/** What a bucket summarises. */
type Part = keyof typeof bucketColumn;

export const noBuckets: Buckets = { rows: new Float64Array(), sketches: emptySketch };

/** Buckets as they were read from a store: their sketches, which are much larger, are read only when they are needed. */
export class StoredBuckets implements Buckets {
  readonly rows: Rows;
  readonly #read: () => Uint8Array;
  #sketches: Uint8Array | undefined;

  constructor(rows: Rows, read: () => Uint8Array) {
    this.rows = rows;
    this.#read = read;
  }

  get sketches(): Uint8Array {
    this.#sketches ??= this.#read();
    return this.#sketches;
  }
}

/** The buckets with one more event in them. `value` NaN: none; `label` is 0 for none. */
export function addToBuckets(buckets: Buckets, spanMs: number, timeMs: number, value: number, label: number): Buckets {
  const { rows } = buckets;
  const next = bucketAt(rows, timeMs);
  const isIn = (index: number): boolean => {
    const lastMs = rows[index * bucketWidth];
    return lastMs !== undefined && Math.floor(lastMs / spanMs) === Math.floor(timeMs / spanMs);
  };
  const index = isIn(next) ? next : isIn(next - 1) ? next - 1 : undefined;
  const grown = index === undefined ? insertRow(rows, [timeMs, ...nothing, ...nothing, 0, 0], next) : rows.slice();
  const at = (index ?? next) * bucketWidth;
  grown[at] = Math.max(grown[at]!, timeMs);
  let { sketches } = buckets;
  if (!Number.isNaN(value)) sketches = addNumber({ rows: grown, sketches }, at, "value", value);
  sketches = addNumber({ rows: grown, sketches }, at, "label", label);
  return { rows: grown, sketches };
}

/**
 * The buckets with the label of one event of this time changed. The least and greatest label of a bucket, and its different
 * labels, remain those of all labels it ever had.
 */
export function relabelInBuckets(buckets: Buckets, timeMs: number, before: number, after: number): Buckets {
  const at = bucketAt(buckets.rows, timeMs) * bucketWidth;
  const rows = buckets.rows.slice();
  rows[at + bucketColumn.label + summaryColumn.sum]! += after - before;
  widen(rows, at + bucketColumn.label, after);
  return { rows, sketches: sketch({ rows, sketches: buckets.sketches }, at, "label", after) };
}

/** The buckets without those of this time or before. */
export function dropBucketsUntil(buckets: Buckets, timeMs: number): Buckets {
  const { rows } = buckets;
  const dropped = countUpTo(rows, bucketWidth, timeMs) * bucketWidth;
  if (dropped === 0) return buckets;
  return { rows: rows.subarray(dropped), sketches: buckets.sketches.subarray(sketchAt(rows, dropped)) };
}

/** The sketches of the buckets from row offset `first` up to `end`. */
export function* sketchesBetween({ rows, sketches }: Buckets, first: number, end: number, of: Part): Iterable<Sketch> {
  for (let at = first, from = sketchAt(rows, first); at < end; at += bucketWidth) {
    const [values, labels] = [rows[at + lengthColumn.value]!, rows[at + lengthColumn.label]!];
    yield of === "value"
      ? sketches.subarray(from, from + values)
      : sketches.subarray(from + values, from + values + labels);
    from += values + labels;
  }
}

const nothing = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

/** The bucket of an event of this time: the first that is not older. Buckets do not overlap. */
function bucketAt(rows: Rows, timeMs: number): number {
  const upTo = countUpTo(rows, bucketWidth, timeMs);
  return upTo > 0 && rows[(upTo - 1) * bucketWidth] === timeMs ? upTo - 1 : upTo;
}

/** Adds to the row in place. @returns the sketches with it. */
function addNumber(buckets: Buckets, at: number, part: Part, number: number): Uint8Array {
  const { rows } = buckets;
  const first = at + bucketColumn[part];
  rows[first + summaryColumn.count]! += 1;
  rows[first + summaryColumn.sum]! += number;
  widen(rows, first, number);
  return sketch(buckets, at, part, number);
}

function widen(rows: Rows, at: number, number: number): void {
  rows[at + summaryColumn.min] = Math.min(rows[at + summaryColumn.min]!, number);
  rows[at + summaryColumn.max] = Math.max(rows[at + summaryColumn.max]!, number);
}

/** Notes in the row, in place, how long the sketch is then. @returns the sketches with it. */
function sketch({ rows, sketches }: Buckets, at: number, part: Part, number: number): Uint8Array {
  const from = sketchAt(rows, at) + (part === "label" ? rows[at + lengthColumn.value]! : 0);
  const to = from + rows[at + lengthColumn[part]]!;
  const known = sketches.subarray(from, to);
  const grown = addToSketch(known, number);
  if (grown === known) return sketches;
  rows[at + lengthColumn[part]] = grown.length;
  const all = new Uint8Array(sketches.length - known.length + grown.length);
  all.set(sketches.subarray(0, from));
  all.set(grown, from);
  all.set(sketches.subarray(to), from + grown.length);
  return all;
}

/** Where the sketches of the row at this offset begin. */
function sketchAt(rows: Rows, at: number): number {
  let from = 0;
  for (let row = 0; row < at; row += bucketWidth)
    from += rows[row + lengthColumn.value]! + rows[row + lengthColumn.label]!;
  return from;
}

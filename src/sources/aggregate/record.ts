import {
  addToBuckets,
  type Buckets,
  bucketWidth,
  dropBucketsUntil,
  noBuckets,
  relabelInBuckets,
  StoredBuckets,
} from "./buckets.ts";
import { droppedUntilMs, keptUntilMs } from "./retention.ts";
import { countUpTo, insertRow, type Rows } from "./rows.ts";

/** An event is a row: time (milliseconds), value (NaN: none), label (NaN: none). */
export const eventWidth = 3;
export const eventColumn = { value: 1, label: 2 } as const;

/** One event as one key's record holds it. */
export interface RecordedEvent {
  readonly timeMs: number;
  /** NaN: none. */
  readonly value: number;
  /** NaN: none. */
  readonly label: number;
}

/** All events of one key of one source, oldest first: the very oldest of a busy key in buckets, all others as they are. */
export interface KeyRecord {
  readonly retainMs: number;
  readonly newestMs: number;
  /** Events of this time or before are gone, and would be if they came again. */
  readonly goneUntilMs: number;
  readonly buckets: Buckets;
  readonly events: Rows;
}

/** What bounds a record. */
export interface RecordLimits {
  readonly retainMs: number;
  /** How many events are kept as they are; older ones go into buckets. */
  readonly exactLimit: number;
  /** Real time. An event from the future must not make older ones expire. */
  readonly nowMs: number;
}

const noRows: Rows = new Float64Array();

export const emptyRecord: KeyRecord = {
  retainMs: 0,
  newestMs: Number.NEGATIVE_INFINITY,
  goneUntilMs: Number.NEGATIVE_INFINITY,
  buckets: noBuckets,
  events: noRows,
};

/** A bucket spans this part of the retention. */
const bucketsPerRetention = 256;
/** A few more events are kept one by one than must be: folding touches all sketches, which is to be seldom. */
const spareShare = 1 / 32;
/** More than retention and slack together can fill: only events from the future reach it. */
const bucketsMax = 2 * bucketsPerRetention;

/** The record with one more event; what has expired by then is gone. */
export function addEvent(record: KeyRecord, event: RecordedEvent, limits: RecordLimits): KeyRecord {
  const { retainMs } = limits;
  const spanMs = retainMs / bucketsPerRetention;
  const newestMs = Math.max(record.newestMs, event.timeMs);
  const aged = { ...dropUntil(record, droppedUntilMs(Math.min(newestMs, limits.nowMs), retainMs)), retainMs, newestMs };
  if (event.timeMs <= aged.goneUntilMs) return aged;
  if (event.timeMs <= foldedUntilMs(aged)) {
    return boundBuckets({ ...aged, buckets: fold(aged.buckets, spanMs, event) });
  }
  const index = countUpTo(aged.events, eventWidth, event.timeMs);
  const events = insertRow(aged.events, [event.timeMs, event.value, event.label], index);
  return foldOldest({ ...aged, events }, spanMs, limits.exactLimit);
}

/**
 * The record with the label of one event changed: of any with this time, value and former label, as they cannot be told
 * apart. The same record when the event is gone.
 */
export function relabel(record: KeyRecord, event: RecordedEvent, label: number): KeyRecord {
  const { timeMs } = event;
  if (timeMs <= record.goneUntilMs) return record;
  if (timeMs <= foldedUntilMs(record)) {
    return { ...record, buckets: relabelInBuckets(record.buckets, timeMs, labelOr0(event.label), label) };
  }
  const events = record.events.slice();
  for (
    let at = countUpTo(events, eventWidth, timeMs) * eventWidth - eventWidth;
    events[at] === timeMs;
    at -= eventWidth
  ) {
    if (!same(events[at + eventColumn.value]!, event.value)) continue;
    if (!same(events[at + eventColumn.label]!, event.label)) continue;
    events[at + eventColumn.label] = label;
    return { ...record, events };
  }
  return record;
}

/** When, in event time, the whole record may be dropped. Milliseconds. */
export function recordKeptUntilMs(record: KeyRecord): number {
  return keptUntilMs(record.newestMs, record.retainMs);
}

/** An event without a label counts as label 0. */
export function labelOr0(label: number): number {
  return Number.isNaN(label) ? 0 : label;
}

const headerLength = 4;

/** The record but for its sketches as bytes: doubles in the machine's order, for the store never leaves its host. */
export function packRecord(record: KeyRecord): Buffer {
  const { events } = record;
  const { rows } = record.buckets;
  const packed = new Float64Array(headerLength + rows.length + events.length);
  packed[0] = record.retainMs;
  packed[1] = record.newestMs;
  packed[2] = record.goneUntilMs;
  packed[3] = rows.length;
  packed.set(rows, headerLength);
  packed.set(events, headerLength + rows.length);
  return Buffer.from(packed.buffer);
}

/**
 * A record from its bytes; it may share their memory.
 * @param sketches gives those of its buckets; asked when they are needed, which is seldom
 * @throws Error when they are none: after a crash of the machine the file may be damaged
 */
export function unpackRecord(bytes: Uint8Array, sketches: () => Uint8Array): KeyRecord {
  if (bytes.byteLength % Float64Array.BYTES_PER_ELEMENT !== 0) throw damaged();
  const isAligned = bytes.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? bytes : new Uint8Array(bytes);
  const packed = new Float64Array(buffer, byteOffset, byteLength / Float64Array.BYTES_PER_ELEMENT);
  const bucketsLength = packed[3] ?? Number.NaN;
  const eventsAt = headerLength + bucketsLength;
  if (!isCount(bucketsLength / bucketWidth) || !isCount((packed.length - eventsAt) / eventWidth)) throw damaged();
  return {
    retainMs: packed[0]!,
    newestMs: packed[1]!,
    goneUntilMs: packed[2]!,
    buckets: new StoredBuckets(packed.subarray(headerLength, eventsAt), sketches),
    events: packed.subarray(eventsAt),
  };
}

function isCount(number: number): boolean {
  return Number.isInteger(number) && number >= 0;
}

function damaged(): Error {
  return new Error(
    "a record of aggregates is damaged: stop all engines of the store, delete its folder and feed the events again",
  );
}

function dropUntil(record: KeyRecord, timeMs: number): KeyRecord {
  if (timeMs <= record.goneUntilMs) return record;
  return {
    ...record,
    goneUntilMs: timeMs,
    buckets: dropBucketsUntil(record.buckets, timeMs),
    events: record.events.subarray(countUpTo(record.events, eventWidth, timeMs) * eventWidth),
  };
}

/** Events of this time or before are in buckets, all later ones are not. */
function foldedUntilMs(record: KeyRecord): number {
  return record.buckets.rows.at(-bucketWidth) ?? Number.NEGATIVE_INFINITY;
}

/** Events of one time stay together, or a label could not tell where its event is. */
function foldOldest(record: KeyRecord, spanMs: number, exactLimit: number): KeyRecord {
  const { events } = record;
  const surplus = events.length / eventWidth - exactLimit;
  if (surplus <= Math.floor(exactLimit * spareShare)) return record;
  const folded = countUpTo(events, eventWidth, events[(surplus - 1) * eventWidth]!) * eventWidth;
  let { buckets } = record;
  for (let at = 0; at < folded; at += eventWidth) {
    const event = {
      timeMs: events[at]!,
      value: events[at + eventColumn.value]!,
      label: events[at + eventColumn.label]!,
    };
    buckets = fold(buckets, spanMs, event);
  }
  return boundBuckets({ ...record, buckets, events: events.subarray(folded) });
}

function fold(buckets: Buckets, spanMs: number, event: RecordedEvent): Buckets {
  return addToBuckets(buckets, spanMs, event.timeMs, event.value, labelOr0(event.label));
}

function boundBuckets(record: KeyRecord): KeyRecord {
  const { rows } = record.buckets;
  const surplus = rows.length / bucketWidth - bucketsMax;
  return surplus <= 0 ? record : dropUntil(record, rows[(surplus - 1) * bucketWidth]!);
}

function same(one: number, other: number): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}

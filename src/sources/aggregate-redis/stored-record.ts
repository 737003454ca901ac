import { type Buckets, bucketWidth } from "../aggregate/buckets.ts";
import { emptyRecord, eventWidth, type KeyRecord } from "../aggregate/record.ts";
import { unpackDoubles } from "./doubles.ts";

const headerLength = 6;
const rowWidth = 5;
const column = { noteKind: 1, id: 3 } as const;
/** Of a note: the event is in a bucket. */
const foldedKind = 0;

/** A record as it is in Redis. */
export interface StoredRecord {
  readonly record: KeyRecord;
  /** Whether this event is in it; of those in buckets, only what their requests' entries do not know. */
  has(id: number): boolean;
}

/**
 * A record from its bytes (see `record.lua`); null: there is none.
 * @throws Error when they are none
 */
export function unpackStored(bytes: Buffer | null): StoredRecord {
  if (bytes === null) return { record: emptyRecord, has: () => false };
  const header = unpackDoubles(bytes.subarray(0, headerLength * Float64Array.BYTES_PER_ELEMENT));
  const [retainMs, newestMs, goneUntilMs, bucketsLength, sketchesLength, notesLength] = header;
  const sketchesAt = headerLength + (bucketsLength ?? Number.NaN);
  const notesAt = sketchesAt + (sketchesLength ?? Number.NaN);
  const eventsAt = notesAt + (notesLength ?? Number.NaN);
  const eventsLength = bytes.length / Float64Array.BYTES_PER_ELEMENT - eventsAt;
  if (!isWhole(bucketsLength! / bucketWidth, sketchesLength!, notesLength! / rowWidth, eventsLength / rowWidth)) {
    throw new Error(
      "what Redis has under an aggregate's key was not written by this store: give it a prefix of its own",
    );
  }
  const numbers = (from: number, to: number) => unpackDoubles(bytes.subarray(from * 8, to * 8));
  const notes = numbers(notesAt, eventsAt);
  const events = numbers(eventsAt, eventsAt + eventsLength);
  const buckets: Buckets = {
    rows: numbers(headerLength, sketchesAt),
    sketches: bytes.subarray(sketchesAt * 8, notesAt * 8),
  };
  return {
    record: {
      retainMs: retainMs!,
      newestMs: newestMs!,
      goneUntilMs: goneUntilMs!,
      buckets,
      events: withoutIds(events),
    },
    has: (id) => hasId(events, id) || hasId(notes, id, foldedKind),
  };
}

function isWhole(...lengths: readonly number[]): boolean {
  return lengths.every((length) => Number.isInteger(length) && length >= 0);
}

function withoutIds(stored: Float64Array): Float64Array {
  const events = new Float64Array((stored.length / rowWidth) * eventWidth);
  for (let from = 0, to = 0; from < stored.length; from += rowWidth, to += eventWidth) {
    events[to] = stored[from]!;
    events[to + 1] = stored[from + 1]!;
    events[to + 2] = stored[from + 2]!;
  }
  return events;
}

/** @param kind of notes, those that matter */
function hasId(rows: Float64Array, id: number, kind?: number): boolean {
  for (let at = 0; at < rows.length; at += rowWidth) {
    const known = rows[at + column.id]!;
    if ((known === id || known === -1 - id) && (kind === undefined || rows[at + column.noteKind] === kind)) return true;
  }
  return false;
}

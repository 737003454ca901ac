import { bucketWidth } from "../aggregate/buckets.ts";
import { emptyRecord, eventWidth, type KeyRecord } from "../aggregate/record.ts";
import { unpackDoubles } from "./doubles.ts";

const headerLength = 5;
const foldedWidth = 3;
const storedEventWidth = 5;
const storedIdColumn = 3;

/** A record as it is in Redis. */
export interface StoredRecord {
  readonly record: KeyRecord;
  /** Whether this event is in it, as far as its id is known: of those in buckets, only the last. */
  has(id: number): boolean;
}

/**
 * A record from its bytes (see `record.lua`); null: there is none.
 * @throws Error when they are none
 */
export function unpackStored(bytes: Buffer | null): StoredRecord {
  if (bytes === null) return { record: emptyRecord, has: () => false };
  const numbers = unpackDoubles(bytes);
  const [retainMs, newestMs, goneUntilMs, bucketsLength, foldedLength] = numbers;
  const foldedAt = headerLength + (bucketsLength ?? Number.NaN);
  const eventsAt = foldedAt + (foldedLength ?? Number.NaN);
  const stored = numbers.subarray(eventsAt);
  if (!isWhole(bytes, bucketsLength! / bucketWidth, foldedLength! / foldedWidth, stored.length / storedEventWidth)) {
    throw new Error(
      "what Redis has under an aggregate's key was not written by this store: give it a prefix of its own",
    );
  }
  const folded = numbers.subarray(foldedAt, eventsAt);
  return {
    record: {
      retainMs: retainMs!,
      newestMs: newestMs!,
      goneUntilMs: goneUntilMs!,
      buckets: numbers.subarray(headerLength, foldedAt),
      events: withoutIds(stored),
    },
    has: (id) => hasAt(stored, storedEventWidth, storedIdColumn, id) || hasAt(folded, foldedWidth, 0, id),
  };
}

function isWhole(bytes: Buffer, ...rows: readonly number[]): boolean {
  return bytes.length % 8 === 0 && rows.every((count) => Number.isInteger(count) && count >= 0);
}

function withoutIds(stored: Float64Array): Float64Array {
  const events = new Float64Array((stored.length / storedEventWidth) * eventWidth);
  for (let from = 0, to = 0; from < stored.length; from += storedEventWidth, to += eventWidth) {
    events[to] = stored[from]!;
    events[to + 1] = stored[from + 1]!;
    events[to + 2] = stored[from + 2]!;
  }
  return events;
}

function hasAt(rows: Float64Array, width: number, column: number, id: number): boolean {
  for (let at = column; at < rows.length; at += width) if (rows[at] === id) return true;
  return false;
}

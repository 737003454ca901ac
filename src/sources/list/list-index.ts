import { type HashKey, halfSipHash } from "./half-sip-hash.ts";
import { entryBytesMax } from "./line.ts";

/**
 * The entries of a list as plain memory that a worker thread can hand over. Entries lie one after the other in the
 * arena, each behind a header: its length in one byte; or, for the longer ones, 254 and the length in two bytes; or, for
 * those that expire, 255, the length in two bytes and the time in eight. An entry so takes no more than its line did.
 */
export interface ListImage {
  readonly arena: Buffer<ArrayBuffer>;
  /** An open-addressing hash table: where in the arena the entry of a slot lies. */
  readonly slots: Uint32Array<ArrayBuffer>;
  /** Of each slot 0 when it is empty, else 8 bits of its entry's hash: most entries that differ are told apart by them. */
  readonly tags: Uint8Array<ArrayBuffer>;
  readonly key: HashKey;
}

/** What to hand over to another thread. */
export function partsOf({ arena, slots, tags }: ListImage): ArrayBuffer[] {
  return [arena.buffer, slots.buffer, tags.buffer];
}

/** Headers that are not a length. */
const longHeader = 254;
const expiringHeader = 255;

/** The most that a header takes. */
export const headerBytesMax = 11;

/** Writes an entry with its header, and returns where the next one goes. */
export function writeRecord(
  arena: Buffer,
  at: number,
  bytes: Buffer,
  start: number,
  end: number,
  expiresAtMs: number,
): number {
  const length = end - start;
  let to = at + 1;
  if (expiresAtMs === Number.POSITIVE_INFINITY && length < longHeader) arena[at] = length;
  else {
    const expires = expiresAtMs !== Number.POSITIVE_INFINITY;
    arena[at] = expires ? expiringHeader : longHeader;
    arena[to] = length & 0xff;
    arena[to + 1] = length >>> 8;
    to += 2;
    if (expires) to = arena.writeDoubleLE(expiresAtMs, to);
  }
  // For entries as short as most are, faster than a call of `copy`.
  for (let from = start; from < end; from += 1) arena[to++] = bytes[from]!;
  return to;
}

/** Where the entry itself begins, behind the header at that place. */
export function entryStart(arena: Buffer, at: number): number {
  const header = arena[at]!;
  return header < longHeader ? at + 1 : header === longHeader ? at + 3 : at + headerBytesMax;
}

export function entryLength(arena: Buffer, at: number): number {
  const header = arena[at]!;
  return header < longHeader ? header : arena[at + 1]! | (arena[at + 2]! << 8);
}

/** From when on the entry does not count. Milliseconds since the epoch, Infinity: never. */
export function expiryMs(arena: Buffer, at: number): number {
  return arena[at] === expiringHeader ? arena.readDoubleLE(at + 3) : Number.POSITIVE_INFINITY;
}

/** Of an entry that has an expiry already. */
export function setExpiryMs(arena: Buffer, at: number, expiresAtMs: number): void {
  arena.writeDoubleLE(expiresAtMs, at + 3);
}

/** The slot of the entry in `bytes[start, end)`, or the empty one where it would go. */
export function findSlot({ arena, slots, tags, key }: ListImage, bytes: Buffer, start: number, end: number): number {
  const hash = halfSipHash(bytes, start, end, key);
  const mask = tags.length - 1;
  const tag = tagOf(hash);
  let slot = hash & mask;
  while (tags[slot] !== 0) {
    if (tags[slot] === tag && isEntry(arena, slots[slot]!, bytes, start, end)) return slot;
    slot = (slot + 1) & mask;
  }
  // The empty slot gets the entry's tag from who fills it.
  return slot;
}

/** The upper bits: the lower ones choose the slot. */
export function tagOf(hash: number): number {
  return hash >>> 24 || 1;
}

function isEntry(arena: Buffer, at: number, bytes: Buffer, start: number, end: number): boolean {
  if (entryLength(arena, at) !== end - start) return false;
  let place = entryStart(arena, at);
  for (let from = start; from < end; from += 1) {
    if (arena[place++] !== bytes[from]) return false;
  }
  return true;
}

/** Holds an asked entry; a character takes three bytes at most. Lookups are synchronous, so all share it. */
const asked = Buffer.alloc(entryBytesMax * 3);

/** Whether the entry is in the list and does not expire until after that time. */
export function isListed(image: ListImage, entry: string, atMs: number): boolean {
  if (entry.length > entryBytesMax) return false;
  const length = asked.write(entry);
  const slot = findSlot(image, asked, 0, length);
  if (image.tags[slot] === 0) return false;
  // Half a surrogate pair is written as U+FFFD, which a list may really hold.
  return expiryMs(image.arena, image.slots[slot]!) > atMs && entry.isWellFormed();
}

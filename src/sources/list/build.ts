import { createHash, getRandomValues } from "node:crypto";
import { stat } from "node:fs/promises";
import { halfSipHash } from "./half-sip-hash.ts";
import {
  entryLength,
  entryStart,
  expiryMs,
  findSlot,
  headerBytesMax,
  type ListImage,
  setExpiryMs,
  tagOf,
  writeRecord,
} from "./list-index.ts";
import { stampOf } from "./names.ts";
import type { ListProblems } from "./problems.ts";
import { scanList } from "./scan.ts";

/** A list read into memory. */
interface ListContents {
  readonly image: ListImage;
  /** What it takes in memory. */
  readonly bytes: number;
  /** Different entries. */
  readonly entries: number;
  /** How many of them expire some day. */
  readonly expiring: number;
  /** SHA-256 of the file. */
  readonly digest: string;
}

/** What came of reading a list's file. */
export type BuiltList =
  /** `stamp` tells which state of the file was read. */
  | { readonly kind: "good"; readonly contents: ListContents; readonly stamp: string }
  | { readonly kind: "bad"; readonly problems: ListProblems; readonly stamp: string }
  /** It was written while it was read. */
  | { readonly kind: "changed" };

/**
 * Reads a list's file into memory. What it takes of the thread's time grows with the file: a worker's task for large ones.
 * @throws what the file system throws
 */
export async function buildList(file: string): Promise<BuiltList> {
  const found = await stat(file, { bigint: true });
  const stamp = stampOf(found);
  // Pages that are never touched take no memory, so it does not matter how much of the file is comments.
  const arena = Buffer.from(new ArrayBuffer(arenaBytes(Number(found.size))));
  let used = 0;
  let full = false;
  const digest = createHash("sha256");
  const { problems, entries } = await scanList(file, {
    onEntry(bytes, { start, end, expiresAtMs }) {
      full ||= used + headerBytesMax + (end - start) > arena.length;
      if (!full) used = writeRecord(arena, used, bytes, start, end, expiresAtMs);
    },
    onBlock: (bytes) => void digest.update(bytes),
  });
  const after = await stat(file, { bigint: true }).catch(() => undefined);
  if (after === undefined || stampOf(after) !== stamp) return { kind: "changed" };
  if (problems.count > 0) return { kind: "bad", problems, stamp };
  if (full) return { kind: "bad", problems: tooLarge, stamp };
  return { kind: "good", contents: { ...index(arena, used, entries), digest: digest.digest("hex") }, stamp };
}

const tooLarge: ListProblems = {
  count: 1,
  shown: [{ line: 0, problem: "the entries take more than 4 GiB", mend: "list hashes of them" }],
};

/** As far as the 32 bits of a slot reach. */
const arenaBytesMax = 2 ** 32;

/** A record takes no more than its line, but for those of 254 bytes and more, and for the last without an end of line. */
function arenaBytes(fileBytes: number): number {
  return Math.min(arenaBytesMax, fileBytes + Math.ceil(fileBytes / 100) + 2 * headerBytesMax);
}

/** Enters the records of the arena, moving them together over those that are there twice. */
function index(arena: Buffer<ArrayBuffer>, used: number, records: number): Omit<ListContents, "digest"> {
  const capacity = slotsFor(records);
  const [first, second] = getRandomValues(new Uint32Array(2));
  const slots = new Uint32Array(capacity);
  const image = { arena, slots, tags: new Uint8Array(capacity), key: [first!, second!] as const };
  let entries = 0;
  let expiring = 0;
  let to = 0;
  for (let at = 0; at < used; ) {
    const start = entryStart(arena, at);
    const end = start + entryLength(arena, at);
    const expiresAtMs = expiryMs(arena, at);
    const slot = findSlot(image, arena, start, end);
    if (image.tags[slot] === 0) {
      image.tags[slot] = tagOf(halfSipHash(arena, start, end, image.key));
      slots[slot] = to;
      if (to !== at) arena.copyWithin(to, at, end);
      to += end - at;
      entries += 1;
      if (expiresAtMs !== Number.POSITIVE_INFINITY) expiring += 1;
    } else {
      // The entry is in the list while any of its lines says so.
      const known = expiryMs(arena, slots[slot]!);
      if (expiresAtMs > known) setExpiryMs(arena, slots[slot]!, expiresAtMs);
      if (known !== Number.POSITIVE_INFINITY && expiresAtMs === Number.POSITIVE_INFINITY) expiring -= 1;
    }
    at = end;
  }
  return { image, bytes: to + slots.byteLength + image.tags.byteLength, entries, expiring };
}

/** A power of two, and at least a third more than there are entries: a search ends at an empty slot. */
function slotsFor(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, entries) / 0.75));
}

import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import type { ListFault } from "./problems.ts";
import { dropSpace, skipSpace } from "./white-space.ts";

/** The longest entry, in bytes of UTF-8. */
export const entryBytesMax = 512;

/** The entry of a line: where it lies in the bytes that were read. One is used again from line to line. */
export interface ListLine {
  start: number;
  /** The same as `start` when the line has no entry: it is blank or a comment. */
  end: number;
  /** From then on the entry does not count, milliseconds since the epoch; Infinity: it always counts. */
  expiresAtMs: number;
}

const tab = 0x09;
const numberSign = 0x23;

/**
 * Reads one line of a list: an entry, and after a TAB the ISO 8601 time it expires; nothing; or a comment.
 * @param bytes valid UTF-8; the line lies in `bytes[from, to)`
 * @param line takes what was read
 * @returns what is wrong with the line, if anything is
 */
export function parseLine(bytes: Buffer, from: number, to: number, line: ListLine): ListFault | undefined {
  const end = dropSpace(bytes, from, to);
  const start = skipSpace(bytes, from, end);
  line.start = line.end = start;
  line.expiresAtMs = Number.POSITIVE_INFINITY;
  if (start === end || bytes[start] === numberSign) return undefined;
  const split = findTab(bytes, from, end);
  const entryEnd = dropSpace(bytes, start, split);
  // A cell left empty in front of the time must not make an entry of the time.
  if (entryEnd <= start) return noEntry;
  if (entryEnd - start > entryBytesMax) return tooLong(entryEnd - start);
  if (split < end) {
    const second = findTab(bytes, split + 1, end);
    if (second < end) return tooManyFields;
    const expiresAtMs = parseTime(bytes.toString("latin1", skipSpace(bytes, split + 1, end), end));
    if (expiresAtMs === undefined) return badTime;
    line.expiresAtMs = expiresAtMs;
  }
  line.end = entryEnd;
  return undefined;
}

/** Lists are filled in batches, so most of their times are the same few, and parsing is half the work of reading them. */
const times = new Map<string, number | undefined>();
const timesMax = 1000;

function parseTime(text: string): number | undefined {
  if (times.has(text)) return times.get(text);
  const expiresAtMs = parseIsoTimestamp(text);
  if (times.size >= timesMax) times.clear();
  times.set(text, expiresAtMs);
  return expiresAtMs;
}

/** The first TAB in `bytes[from, end)`, or the end. */
function findTab(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== tab) at += 1;
  return at;
}

const noEntry: ListFault = {
  problem: "there is a TAB in front of the entry",
  mend: "begin the line with the entry",
};

const tooManyFields: ListFault = {
  problem: "the line has more than two fields",
  mend: "write the entry alone, or the entry, one TAB and the time it expires",
};

const badTime: ListFault = {
  problem: "what follows the TAB is not a time",
  mend: "write it as 2026-11-01T10:00:00Z",
};

function tooLong(bytes: number): ListFault {
  return {
    problem: `the entry has ${bytes} bytes, more than ${entryBytesMax}`,
    mend: "shorten it, or list a hash of it",
  };
}

import type { ListLine } from "./line.ts";
import { formatProblems, type ListProblems } from "./problems.ts";
import { scanList } from "./scan.ts";

/** Entries with the times they expire, milliseconds since the epoch; Infinity: never. */
export type ListEntries = ReadonlyMap<string, number>;

/** A list's file, or what was to be put into it, is not as it should be; nothing was written. */
export class BadListError extends Error {
  override readonly name = "BadListError";
  readonly file: string;
  readonly problems: ListProblems;

  constructor(file: string, problems: ListProblems) {
    super(formatProblems(file, problems));
    this.file = file;
    this.problems = problems;
  }
}

/** What an edit must know of a file. */
export interface KnownList {
  /** Of the entries asked for those that are there, with the latest time of their lines. */
  readonly found: ListEntries;
  /** Lines that hold an entry. */
  readonly entries: number;
  readonly lineEnd: "\n" | "\r\n";
  /** The last line has no end. */
  readonly openEnd: boolean;
}

/** @throws BadListError when the file is bad */
export async function knowList(file: string, asked: { has(entry: string): boolean }): Promise<KnownList> {
  const found = new Map<string, number>();
  let lineEnd: KnownList["lineEnd"] | undefined;
  let openEnd = false;
  const { problems, entries } = await scanList(file, {
    onEntry(bytes, line) {
      const entry = entryText(bytes, line);
      if (asked.has(entry)) keepLatest(found, entry, line);
    },
    onBlock(bytes) {
      lineEnd ??= bytes[bytes.indexOf("\n") - 1] === 0x0d ? "\r\n" : "\n";
      openEnd = bytes.at(-1) !== 0x0a;
    },
  });
  if (problems.count > 0) throw new BadListError(file, problems);
  return { found, entries, lineEnd: lineEnd ?? "\n", openEnd };
}

/**
 * Reads entries that are to be added or removed, written as in a list.
 * @param name for problems
 * @throws BadListError
 */
export async function readEntries(name: string, text: string | AsyncIterable<Buffer>): Promise<Map<string, number>> {
  const entries = new Map<string, number>();
  const { problems } = await scanList(text, {
    onEntry: (bytes, line) => keepLatest(entries, entryText(bytes, line), line),
  });
  if (problems.count > 0) throw new BadListError(name, problems);
  return entries;
}

export function entryText(bytes: Buffer, { start, end }: ListLine): string {
  return bytes.toString("utf8", start, end);
}

/** An entry is in a list while any of its lines says so. */
function keepLatest(entries: Map<string, number>, entry: string, { expiresAtMs }: ListLine): void {
  const known = entries.get(entry);
  if (known === undefined || known < expiresAtMs) entries.set(entry, expiresAtMs);
}

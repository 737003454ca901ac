import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { type ListLine, parseLine } from "./line.ts";
import { EndlessLine, type LineBlock, lineBlocks } from "./line-blocks.ts";
import { type ListFault, type ListProblems, ProblemCounter } from "./problems.ts";

/** The longest list, in lines that hold an entry. */
export const entriesMax = 10_000_000;

/**
 * Told of every entry, in the order of the file. Both arguments are valid during the call only.
 * @param from where the entry's line begins in the bytes
 * @param next where the line after it begins
 */
type VisitEntry = (bytes: Buffer, line: ListLine, from: number, next: number) => void;

export interface Scanned {
  readonly problems: ListProblems;
  /** Lines that hold an entry. */
  readonly entries: number;
}

export interface ScanOptions {
  readonly onEntry: VisitEntry;
  /** Told of every block of the file after its entries. */
  readonly onBlock?: ((bytes: Buffer) => void | Promise<void>) | undefined;
  /** Default: 10 million. */
  readonly entriesMax?: number | undefined;
}

const chunkBytes = 1024 * 1024;

/** Reads a list from its beginning to its end, or to where it cannot be read on. @param list a file, or its contents */
export async function scanList(
  list: string | AsyncIterable<Buffer>,
  { onEntry, onBlock, entriesMax: limit = entriesMax }: ScanOptions,
): Promise<Scanned> {
  const problems = new ProblemCounter();
  const count = { entries: 0, limit };
  const chunks = typeof list === "string" ? createReadStream(list, { highWaterMark: chunkBytes }) : list;
  try {
    for await (const block of lineBlocks(chunks)) {
      scanBlock(block, problems, count, onEntry);
      await onBlock?.(block.bytes);
      if (count.entries > limit) break;
    }
  } catch (error) {
    if (!(error instanceof EndlessLine)) throw error;
    problems.add(error.line, { problem: "the line is longer than 1 MiB", mend: "write one entry a line" });
  }
  return { problems, entries: count.entries };
}

const newline = 0x0a;

function scanBlock(
  { bytes, firstLine }: LineBlock,
  problems: ProblemCounter,
  count: { entries: number; readonly limit: number },
  onEntry: VisitEntry,
): void {
  const line: ListLine = { start: 0, end: 0, expiresAtMs: 0 };
  const clean = isUtf8(bytes) && !bytes.includes(0);
  for (let from = 0, number = firstLine; from < bytes.length; number += 1) {
    const newlineAt = bytes.indexOf(newline, from);
    const to = newlineAt === -1 ? bytes.length : newlineAt;
    const next = newlineAt === -1 ? to : to + 1;
    const fault = (clean ? undefined : textFault(bytes.subarray(from, to))) ?? parseLine(bytes, from, to, line);
    if (fault !== undefined) problems.add(number, fault);
    else if (line.start < line.end) {
      count.entries += 1;
      if (count.entries > count.limit) return problems.add(number, tooMany(count.limit));
      onEntry(bytes, line, from, next);
    }
    from = next;
  }
}

function textFault(line: Buffer): ListFault | undefined {
  if (!isUtf8(line)) return { problem: "the text is not UTF-8", mend: "save the file as UTF-8" };
  if (line.includes(0)) return { problem: "the line has a NUL byte", mend: "save the file as plain UTF-8 text" };
  return undefined;
}

function tooMany(limit: number): ListFault {
  return {
    problem: `the list has more than ${limit.toLocaleString("en")} entries`,
    mend: "remove those that expired, or load them as a table",
  };
}

import { entryBytesMax, type ListLine, parseLine } from "./line.ts";
import type { ListFault } from "./problems.ts";

/** Why a text cannot be an entry of a list; undefined if it can. White space around it is none of it. */
export function entryFault(entry: string): ListFault | undefined {
  if (!entry.isWellFormed() || entry.includes("\0"))
    return { problem: "the entry is not plain text", mend: "write it as text" };
  if (/[\t\n]/.test(entry))
    return { problem: "an entry holds no TAB and no end of line", mend: "give each entry by itself" };
  if (entry.startsWith("#"))
    return { problem: "lines that begin with # are comments", mend: "list entries without the #" };
  const line: ListLine = { start: 0, end: 0, expiresAtMs: 0 };
  const bytes = Buffer.from(entry);
  const fault = parseLine(bytes, 0, bytes.length, line);
  if (fault !== undefined) return fault;
  if (line.start === line.end) return { problem: "the entry is empty", mend: `write 1 to ${entryBytesMax} bytes` };
  return undefined;
}

import type { FileHandle } from "node:fs/promises";
import { entryText, type ListEntries } from "./known.ts";
import { scanList } from "./scan.ts";

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Copies a list as it is, but for the lines of entries that are removed or get another time.
 * @param change asked for every line that holds an entry: its new time, Infinity for none
 */
export async function rewriteList(
  file: string,
  handle: FileHandle,
  change: (entry: string) => "keep" | "remove" | number,
): Promise<void> {
  let parts: Buffer[] = [];
  let copied = 0;
  await scanList(file, {
    onEntry(bytes, line, from, next) {
      const changed = change(entryText(bytes, line));
      if (changed === "keep") return;
      if (changed === "remove") parts.push(bytes.subarray(copied, from));
      else parts.push(bytes.subarray(copied, line.end), Buffer.from(timeField(changed)), lineEndOf(bytes, next));
      copied = next;
    },
    async onBlock(bytes) {
      await handle.writeFile(Buffer.concat([...parts, bytes.subarray(copied)]));
      parts = [];
      copied = 0;
    },
  });
}

/** Writes a line for each entry. */
export async function writeEntries(handle: FileHandle, entries: ListEntries, lineEnd: string): Promise<void> {
  let text = "";
  for (const [entry, expiresAtMs] of entries) {
    text += `${entry}${timeField(expiresAtMs)}${lineEnd}`;
    if (text.length < textMax) continue;
    await handle.writeFile(text);
    text = "";
  }
  await handle.writeFile(text);
}

const textMax = 1024 * 1024;

/** A time as lists write it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

function timeField(expiresAtMs: number): string {
  return expiresAtMs === Number.POSITIVE_INFINITY ? "" : `\t${timeText(expiresAtMs)}`;
}

function lineEndOf(bytes: Buffer, next: number): Buffer {
  if (bytes[next - 1] !== newline) return bytes.subarray(next, next);
  return bytes.subarray(bytes[next - 2] === carriageReturn ? next - 2 : next - 1, next);
}

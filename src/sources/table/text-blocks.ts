import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { UnreadableFile } from "./problems.ts";
import type { ReadProgress } from "./table-file.ts";

/** Whole lines of a text file. */
interface TextBlock {
  readonly bytes: Buffer;
  /** The number of its first line, counted from 1. */
  readonly firstLine: number;
}

/** Large, because a block is stored in one transaction, and a page of the store is written once a transaction. */
const blockBytes = 2 * 1024 * 1024;

/** No honest row is longer; a quote that is never closed, or a file that is no text, is. */
export const rowBytesMax = 16 * 1024 * 1024;

const newline = 0x0a;

/**
 * A text file in blocks that end where lines end, unpacked when its name ends in `.gz`, without a byte order mark.
 * @param progress counts the bytes of the file itself, packed or not
 * @throws UnreadableFile for bytes that are not UTF-8, for a broken gzip file and for an endless line
 */
export async function* textBlocks(file: string, progress: ReadProgress): AsyncGenerator<TextBlock> {
  let firstLine = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of withoutByteOrderMark(unpacked(file, progress))) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(newline) + 1;
    rest = bytes.subarray(end);
    if (rest.length > rowBytesMax) throw endlessLine(firstLine + countLines(bytes.subarray(0, end)));
    if (end === 0) continue;
    const block = bytes.subarray(0, end);
    if (!isUtf8(block)) throw notUtf8(block, firstLine);
    yield { bytes: block, firstLine };
    firstLine += countLines(block);
  }
  if (rest.length === 0) return;
  if (!isUtf8(rest)) throw notUtf8(rest, firstLine);
  yield { bytes: rest, firstLine };
}

async function* unpacked(file: string, progress: ReadProgress): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: blockBytes });
  if (!file.toLowerCase().endsWith(".gz")) {
    for await (const chunk of source) {
      progress.done = source.bytesRead;
      yield chunk as Buffer;
    }
    return;
  }
  const gunzip = createGunzip({ chunkSize: blockBytes });
  source.on("error", (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const chunk of gunzip) {
      progress.done = source.bytesRead;
      yield chunk as Buffer;
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))) throw error;
    throw new UnreadableFile({
      problem: `the gzip file is broken (${error.message})`,
      mend: "pack it again, or check that it was copied whole",
    });
  } finally {
    source.destroy();
  }
}

async function* withoutByteOrderMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    const marked = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    first = false;
    yield marked ? chunk.subarray(3) : chunk;
  }
}

function countLines(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(newline); at !== -1; at = block.indexOf(newline, at + 1)) count += 1;
  return count;
}

function notUtf8(block: Buffer, firstLine: number): UnreadableFile {
  let line = firstLine;
  for (let start = 0; start < block.length; line += 1) {
    const end = block.indexOf(newline, start) + 1 || block.length;
    if (!isUtf8(block.subarray(start, end))) break;
    start = end;
  }
  return new UnreadableFile({ line, problem: "the text is not UTF-8", mend: "save the file as UTF-8" });
}

function endlessLine(line: number): UnreadableFile {
  return new UnreadableFile({
    line,
    problem: `the line is longer than ${rowBytesMax / 1024 / 1024} MiB`,
    mend: "check that the file is text of the format given, with one row a line",
  });
}

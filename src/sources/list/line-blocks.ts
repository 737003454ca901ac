/** Whole lines of a text file. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** The number of its first line, counted from 1. */
  readonly firstLine: number;
}

/** No honest line of a list is longer, not even a comment; a file that is no text may have such. */
const lineBytesMax = 1024 * 1024;

const newline = 0x0a;

/** A line without end: the rest of the file cannot be read. */
export class EndlessLine extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} is longer than ${lineBytesMax / 1024 / 1024} MiB`);
    this.line = line;
  }
}

/**
 * A text in blocks that end where lines end. Together the blocks are the text, byte for byte.
 * @throws EndlessLine for a line longer than 1 MiB
 */
export async function* lineBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  let firstLine = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(newline) + 1;
    rest = bytes.subarray(end);
    const block = bytes.subarray(0, end);
    if (end > 0) yield { bytes: block, firstLine };
    firstLine += countLines(block);
    if (rest.length > lineBytesMax) throw new EndlessLine(firstLine);
  }
  if (rest.length > 0) yield { bytes: rest, firstLine };
}

function countLines(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(newline); at !== -1; at = block.indexOf(newline, at + 1)) count += 1;
  return count;
}

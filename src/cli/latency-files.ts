import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { TimedDecision } from "../domain/timed-decision.ts";
import { parseLine } from "../latency/parse-line.ts";

/** What is told while files are read. */
export interface ReadingEvents {
  readonly onDecision: (decision: TimedDecision) => void;
  /** A line that is no decision, counted from 1. */
  readonly onBadLine: (file: string, line: number, problem: string) => void;
  /** How much is read of how much there is, in bytes; now and then. */
  readonly onProgress: (done: number, total: number) => void;
}

const progressEveryLines = 2_000;

/**
 * Reads timings files line by line, `-` standard input; never a whole file at once.
 * @throws {Error} if a file cannot be read.
 */
export async function readTimings(files: readonly string[], events: ReadingEvents): Promise<void> {
  const sizes = await Promise.all(files.map(async (file) => (file === "-" ? 0 : (await stat(file)).size)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  for (const [at, file] of files.entries()) {
    const stream = file === "-" ? process.stdin : createReadStream(file);
    let read = before;
    stream.on("data", (chunk: Buffer | string) => {
      read += chunk.length;
    });
    // Also at an error of the stream, which the loop would otherwise wait for in vain.
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    const failed = new Promise<never>((_, reject) => stream.once("error", reject));
    await Promise.race([eachLine(file, lines, events, () => events.onProgress(read, total)), failed]);
    before += sizes[at]!;
  }
}

async function eachLine(
  file: string,
  lines: AsyncIterable<string>,
  { onDecision, onBadLine }: ReadingEvents,
  onProgress: () => void,
): Promise<void> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (number % progressEveryLines === 0) onProgress();
    if (line.trim() === "") continue;
    const decision = parseLine(line);
    if (typeof decision === "string") onBadLine(file, number, decision);
    else onDecision(decision);
  }
}

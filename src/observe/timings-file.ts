import type { Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

export interface TimingsFileOptions {
  readonly path: string;
  /** How long lines may be gathered before they are written. */
  readonly flushMs?: number;
  /** How many bytes may wait for the disk; what comes beyond is dropped. */
  readonly maxWaitingBytes?: number;
  /** Told of lines that were lost: the disk was too slow, or the file could not be written. */
  readonly onDropped: (lines: number) => void;
  /** Told why, each time. */
  readonly onProblem: (error: unknown) => void;
}

/** A file that lines are appended to, never waited for. */
export interface TimingsFile {
  /** @param line with its end. */
  append(line: string): void;
  /** Writes what waits, for two seconds at most. */
  close(): Promise<void>;
}

const closeMs = 2_000;

/**
 * Appends whole lines to a file that other processes may append to as well. They are gathered and written in one go: every
 * write is at the end that the file has in that moment (O_APPEND). Before each, the file is opened anew if another lies in
 * its place, or none: it may be moved away at any time. Nothing that fails here reaches who appends.
 */
export function openTimingsFile(options: TimingsFileOptions): TimingsFile {
  const { path, flushMs = 200, maxWaitingBytes = 8 << 20, onDropped, onProblem } = options;
  let waiting: Buffer[] = [];
  /** Those being written included. */
  let waitingBytes = 0;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let file: Opened | undefined;

  const lost = (lines: number, error: unknown) => {
    onDropped(lines);
    onProblem(error);
  };
  const write = async () => {
    const lines = waiting;
    waiting = [];
    let written = 0;
    try {
      file = await current(path, file);
      if (file.torn) await append(file, newline, () => {});
      await append(file, Buffer.concat(lines), (bytes) => {
        written += bytes;
      });
    } catch (error) {
      lost(lines.length - wholeLines(lines, written), error);
    }
    for (const { length } of lines) waitingBytes -= length;
  };
  const schedule = () => {
    if (writing !== undefined) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = write().finally(() => {
        writing = undefined;
        if (waiting.length > 0) schedule();
      });
    }, flushMs).unref();
  };

  return {
    append(line) {
      const bytes = Buffer.from(line);
      if (waitingBytes + bytes.length > maxWaitingBytes)
        return lost(1, new Error(`the disk is too slow: ${waitingBytes} bytes wait for it`));
      waiting.push(bytes);
      waitingBytes += bytes.length;
      schedule();
    },
    async close() {
      const end = async () => {
        await writing;
        clearTimeout(timer);
        if (waiting.length > 0) await write();
        await file?.handle.close();
        return true;
      };
      // A disk that never answers must not hold a stop up.
      const inTime = await Promise.race([end(), sleep(closeMs, false, { ref: false })]);
      if (!inTime) lost(waiting.length, new Error("the disk did not answer in time"));
    },
  };
}

const newline = Buffer.from("\n");

interface Opened {
  readonly handle: FileHandle;
  readonly stats: Stats;
  /** What was written last ended within a line, as on a full disk: that line is ended first. */
  torn: boolean;
}

/** The file that lies at the path now. */
async function current(path: string, opened: Opened | undefined): Promise<Opened> {
  if (opened !== undefined) {
    const now = await stat(path).catch(() => undefined);
    if (now?.ino === opened.stats.ino && now.dev === opened.stats.dev) return opened;
    await opened.handle.close();
  }
  const handle = await open(path, "a+");
  const stats = await handle.stat();
  return { handle, stats, torn: await isTorn(handle, stats) };
}

/** Whether the file ends within a line, left by a process that was killed. */
async function isTorn(handle: FileHandle, stats: Stats): Promise<boolean> {
  if (!stats.isFile() || stats.size === 0) return false;
  const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: stats.size - 1 });
  return !buffer.equals(newline);
}

/** @param onWritten told of each part that is in the file: also when a later one fails. */
async function append(file: Opened, data: Buffer, onWritten: (bytes: number) => void): Promise<void> {
  for (let at = 0; at < data.length; ) {
    const { bytesWritten } = await file.handle.write(data, at);
    at += bytesWritten;
    file.torn = data[at - 1] !== newline[0];
    onWritten(bytesWritten);
  }
}

/** How many of the lines the first so many bytes hold. */
function wholeLines(lines: readonly Buffer[], bytes: number): number {
  let end = 0;
  return lines.filter(({ length }) => {
    end += length;
    return end <= bytes;
  }).length;
}

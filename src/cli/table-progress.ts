import { SingleBar } from "cli-progress";
import type { LoadProgress } from "../sources/table/fill.ts";

/** Where a command's messages go. */
interface ErrorOutput {
  readonly writeErr?: (text: string) => void;
}

interface ProgressDisplay {
  show(progress: LoadProgress): void;
  /** May be called more than once. */
  end(): void;
}

/** How often a line is written where no bar can be drawn. */
const lineEveryMs = 5000;

/** A bar on standard error if that is a terminal, else a line every few seconds: a log is no place for a bar. */
export function showLoadProgress(label: string, output: ErrorOutput): ProgressDisplay {
  return process.stderr.isTTY ? bar(label) : lines(label, output.writeErr ?? ((text) => process.stderr.write(text)));
}

function bar(label: string): ProgressDisplay {
  const drawn = new SingleBar({
    format: `${label} {bar} {percentage}% | {rows} rows | {rowsPerSecond} rows/s`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    // A signal is the command's to handle: it ends the load, which then ends the bar.
    gracefulExit: false,
  });
  return {
    show({ done, total, rows, rowsPerSecond }) {
      if (!drawn.isActive) drawn.start(total, 0, { rows: 0, rowsPerSecond: 0 });
      drawn.update(done, { rows, rowsPerSecond });
    },
    end() {
      drawn.stop();
    },
  };
}

function lines(label: string, write: (text: string) => void): ProgressDisplay {
  let nextMs = performance.now() + lineEveryMs;
  return {
    show({ done, total, rows, rowsPerSecond }) {
      if (performance.now() < nextMs) return;
      nextMs += lineEveryMs;
      write(`${label}: ${Math.floor((done / Math.max(total, 1)) * 100)}%, ${rows} rows, ${rowsPerSecond} rows/s\n`);
    },
    end() {},
  };
}

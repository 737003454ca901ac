import type { Writable } from "node:stream";
import { SingleBar } from "cli-progress";
import { count, milliseconds } from "./format.ts";
import { quantiles } from "./quantiles.ts";

/** Shows how far a long step is. */
export interface Progress {
  begin(label: string, total: number): void;
  /** One more is done; with its latency, where that is of interest. Milliseconds. */
  advance(latencyMs?: number): void;
  end(): void;
}

/** How far one step is. */
export interface Step {
  readonly label: string;
  readonly total: number;
  readonly done: number;
  readonly perSecond: number;
  /** Of the last thousand; undefined where no latency is measured. */
  readonly p99Ms: number | undefined;
}

const barEveryMs = 200;
const lineEveryMs = 3_000;
const recent = 1_000;

/** A bar on a terminal; elsewhere a line every few seconds and one at the end of each step. */
export function createProgress(err: Writable & { readonly isTTY?: boolean }): Progress {
  const display = err.isTTY ? bar(err) : lines(err);
  const latencies: number[] = [];
  let [label, total, done, startedMs, shownMs] = ["", 0, 0, 0, 0];
  const step = (nowMs: number): Step => ({
    ...{ label, total, done },
    perSecond: done / Math.max((nowMs - startedMs) / 1_000, Number.EPSILON),
    p99Ms: latencies.length > 0 ? quantiles(latencies).p99 : undefined,
  });
  return {
    begin(newLabel, newTotal) {
      startedMs = shownMs = performance.now();
      [label, total, done] = [newLabel, newTotal, 0];
      latencies.length = 0;
      display.begin(total);
    },
    advance(latencyMs) {
      if (latencyMs !== undefined) latencies[done % recent] = latencyMs;
      done++;
      const nowMs = performance.now();
      if (nowMs - shownMs < display.everyMs) return;
      shownMs = nowMs;
      display.show(step(nowMs));
    },
    end() {
      display.end(step(performance.now()));
    },
  };
}

interface Display {
  readonly everyMs: number;
  begin(total: number): void;
  show(step: Step): void;
  end(step: Step): void;
}

function lines(err: Writable): Display {
  const show = (step: Step): void => {
    err.write(`${progressLine(step)}\n`);
  };
  return { everyMs: lineEveryMs, begin: () => {}, show, end: show };
}

function bar(err: Writable): Display {
  const single = new SingleBar({
    stream: err,
    barsize: 30,
    hideCursor: true,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    format: "{bar} {text}",
    emptyOnZero: true,
  });
  const show = (step: Step): void => single.update(step.done, { text: progressLine(step) });
  return {
    everyMs: barEveryMs,
    begin: (total) => single.start(total, 0, { text: "" }),
    show,
    end(step) {
      show(step);
      single.stop();
    },
  };
}

export function progressLine({ label, total, done, perSecond, p99Ms }: Step): string {
  const tail = p99Ms === undefined ? "" : `, p99 ${milliseconds(p99Ms)} ms`;
  return `${label}: ${count(done)}/${count(total)}, ${count(perSecond)}/s${tail}`;
}

import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Random } from "../../../src/simulate/random.ts";
import { type Faults, strikeChunk } from "./faults.ts";

/** What may wait here before the sender is told to wait. */
const maxHeldBytes = 256 * 1024;
/** A throttled stream is written this often. */
const throttleStepMs = 20;

export interface LaneOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly random: Random;
  /** Bytes that were handed to the receiver. */
  readonly passed: (bytes: number) => void;
  /** Resets both ends. */
  readonly reset: () => void;
}

/** One direction of a connection. */
export interface Lane {
  /** Applies to what is held here and to all that comes. */
  change(faults: Faults): void;
}

interface Item {
  readonly arrivedMs: number;
  readonly kind: "bytes" | "end" | "reset";
  bytes: Buffer;
  /** What strikes it, drawn when it is its turn. */
  strike?: Faults | undefined;
  lateMs: number;
}

/** Forwards all that comes, in order, each piece when the faults in force let it. */
export function openLane({ from, to, random, passed, reset }: LaneOptions, first: Faults): Lane {
  let faults = first;
  let bytesSinceChange = 0;
  let heldBytes = 0;
  let over = false;
  let running = false;
  let wake = () => {};
  const held: Item[] = [];

  /** Until the faults change; or so long, if that is sooner. */
  const wait = async (ms?: number) => {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  };
  const write = (bytes: Buffer) => new Promise<void>((resolve) => to.write(bytes, () => resolve()));
  const forget = (bytes: number) => {
    heldBytes -= bytes;
    if (heldBytes <= maxHeldBytes && from.isPaused()) from.resume();
  };
  const cut = () => {
    over = true;
    held.length = 0;
    forget(heldBytes);
    to.end();
  };

  /** Does for the first in line what can be done now. */
  const step = async (item: Item) => {
    if (item.strike === undefined) {
      item.strike = strikeChunk(faults, random);
      item.lateMs = (item.strike.delayMs ?? 0) + (item.strike.jitterMs ?? 0) * random();
    }
    const strike = item.strike;
    if (strike.blackHole) return wait();
    const waitMs = item.arrivedMs + item.lateMs - performance.now();
    if (waitMs > 0) return wait(waitMs);
    if (item.kind === "reset") {
      over = true;
      return reset();
    }
    if (item.kind === "end") return cut();
    const { resetAfterBytes = Infinity, truncateAfterBytes = Infinity, throttleBytesPerS = Infinity } = strike;
    const left = Math.max(0, Math.min(resetAfterBytes, truncateAfterBytes) - bytesSinceChange);
    const burst = Math.max(1, Math.floor((throttleBytesPerS * throttleStepMs) / 1000));
    const piece = item.bytes.subarray(0, Math.min(left, burst));
    item.bytes = item.bytes.subarray(piece.length);
    if (item.bytes.length === 0) held.shift();
    bytesSinceChange += piece.length;
    forget(piece.length);
    if (piece.length > 0) {
      await write(piece);
      passed(piece.length);
    }
    if (bytesSinceChange >= resetAfterBytes) return reset();
    if (bytesSinceChange >= truncateAfterBytes) return cut();
    if (Number.isFinite(throttleBytesPerS)) await wait((piece.length / throttleBytesPerS) * 1000);
  };
  const run = async () => {
    if (running) return;
    running = true;
    for (let item = held[0]; item !== undefined && !to.destroyed; item = held[0]) await step(item);
    running = false;
  };
  const take = (kind: Item["kind"], bytes: Buffer = Buffer.alloc(0)) => {
    if (over) return;
    held.push({ arrivedMs: performance.now(), kind, bytes, lateMs: 0 });
    heldBytes += bytes.length;
    if (heldBytes > maxHeldBytes) from.pause();
    void run();
  };
  from.on("data", (bytes: Buffer) => take("bytes", bytes));
  from.once("end", () => take("end"));
  from.on("error", () => take("reset"));
  to.once("close", () => wake());

  const change = (next: Faults) => {
    faults = next;
    bytesSinceChange = 0;
    // What waits is judged anew.
    for (const item of held) item.strike = undefined;
    if (faults.halfClose && !over) cut();
    wake();
  };
  change(first);
  return { change };
}

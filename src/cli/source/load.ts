import { setTimeout as sleep } from "node:timers/promises";

/** Asks once. @param startMs from when on its time counts, on the monotonic clock. */
export type Ask = (number: number, startMs: number) => Promise<void>;

/** How hard a source is pressed. */
export type Load = { readonly ratePerS: number } | { readonly concurrency: number };

interface LoadOptions {
  readonly load: Load;
  readonly seconds: number;
  /** Ends it early; what is in flight is waited for. */
  readonly signal: AbortSignal;
  /** Told now and then how many were asked. */
  readonly onProgress: (asked: number) => void;
}

/** Timers are not finer than this: nearer moments are waited for in turns of the event loop. */
const timerMs = 2;
const progressMs = 200;

/** Asks until the time is over, and until all are answered. @returns how many milliseconds late it asked, at most. */
export async function press(ask: Ask, { load, seconds, signal, onProgress }: LoadOptions): Promise<number> {
  let asked = 0;
  const timer = setInterval(() => onProgress(asked), progressMs);
  const counted: Ask = (number, startMs) => {
    asked += 1;
    return ask(number, startMs);
  };
  try {
    if ("ratePerS" in load) return await openLoop(counted, load.ratePerS, seconds, signal);
    await closedLoop(counted, load.concurrency, seconds, signal);
    return 0;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Asks at a steady rate whatever the answers do. Time counts from the moment at which a question was due, so that a stall
 * shows in all the questions that it holds up (no coordinated omission).
 */
async function openLoop(ask: Ask, ratePerS: number, seconds: number, signal: AbortSignal): Promise<number> {
  const total = Math.max(1, Math.round(ratePerS * seconds));
  const pending = new Set<Promise<void>>();
  const startMs = performance.now();
  let latestMs = 0;
  for (let number = 0; number < total && !signal.aborted; number++) {
    const dueMs = startMs + (number * 1000) / ratePerS;
    for (let leftMs = dueMs - performance.now(); leftMs > 0; leftMs = dueMs - performance.now()) {
      if (leftMs > timerMs) await sleep(Math.floor(leftMs - timerMs) || 1);
      else await new Promise((resume) => setImmediate(resume));
    }
    latestMs = Math.max(latestMs, performance.now() - dueMs);
    const asking = ask(number, dueMs).finally(() => pending.delete(asking));
    pending.add(asking);
    // What is due all at once still lets answers in between.
    if (number % 64 === 63) await new Promise((resume) => setImmediate(resume));
  }
  await Promise.all(pending);
  return latestMs;
}

/** Keeps so many questions in flight: each asks again when it was answered. */
async function closedLoop(ask: Ask, concurrency: number, seconds: number, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + seconds * 1000;
  let number = 0;
  const work = async () => {
    while (performance.now() < endMs && !signal.aborted) {
      await ask(number++, performance.now());
      // Sources in process answer at once: timers and signals must have their turn.
      if (number % 64 === 0) await new Promise((resume) => setImmediate(resume));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

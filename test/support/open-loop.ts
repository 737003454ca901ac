import { setTimeout as sleep } from "node:timers/promises";

export interface OpenLoop {
  readonly sent: number;
  /** Due, but not sent, because too many were not answered yet. */
  readonly heldBack: number;
  /** Since it began. */
  readonly seconds: number;
  /** Resolves when all that was sent has ended. */
  stop(): Promise<void>;
}

interface OpenLoopOptions {
  readonly perSecond: number;
  /** A machine that cannot keep up is not buried, and its calls are not refused as overload: what is due then is left out. */
  readonly maxInFlight: number;
  readonly send: (index: number) => Promise<void>;
}

/** Sends at a rate, whether or not earlier ones have been answered, as real callers do. */
export function openLoop({ perSecond, maxInFlight, send }: OpenLoopOptions): OpenLoop {
  const startedMs = performance.now();
  const loop = { sent: 0, heldBack: 0 };
  let inFlight = 0;
  let going = true;
  const secondsSoFar = () => (performance.now() - startedMs) / 1_000;
  let seconds: number | undefined;
  const running = (async () => {
    while (going) {
      for (let due = Math.floor(secondsSoFar() * perSecond) - loop.sent - loop.heldBack; due > 0; due--) {
        if (inFlight >= maxInFlight) {
          loop.heldBack += due;
          break;
        }
        inFlight += 1;
        void send(loop.sent).finally(() => {
          inFlight -= 1;
        });
        loop.sent += 1;
      }
      await sleep(2);
    }
    seconds = secondsSoFar();
    while (inFlight > 0) await sleep(2);
  })();
  return {
    get sent() {
      return loop.sent;
    },
    get heldBack() {
      return loop.heldBack;
    },
    get seconds() {
      return seconds ?? secondsSoFar();
    },
    async stop() {
      going = false;
      await running;
    },
  };
}

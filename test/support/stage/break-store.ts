import path from "node:path";
import type { CleanUp } from "../clean-up.ts";
import { type RunningServer, startServerProcess } from "../faults/server-process.ts";
import { type Break, type BreakName, type Impossible, nothing } from "./target.ts";

/** The ways in which the embedded store is broken while an engine counts in it. */
export function breakStore(clean: CleanUp, dataDir: string): Record<BreakName, Break | Impossible> {
  const store = path.join(dataDir, "aggregates");
  let other: RunningServer;
  const join = (mood: string) => async () => {
    other = await startServerProcess(clean, new URL("store-process.ts", import.meta.url), [store, mood]);
  };
  const inProcess: Impossible = { impossible: "in process, in a mapped file: there is no line to it" };
  return {
    // Another engine of the host is killed in the middle of its counts, again and again.
    dead: {
      harmless: true,
      async begin() {
        await join("counts")();
        for (let again = 0; again < 5; again++) await other.restart();
        await other.kill();
      },
      end: nothing,
    },
    "black-holed": inProcess,
    slow: inProcess,
    // Another process writes what is no record.
    "half wrong": {
      half: "aggregates",
      async begin() {
        await join("spoils")();
        await other.kill();
      },
      end: nothing,
    },
    // Another engine of the host stops between two counts.
    frozen: {
      harmless: true,
      async begin() {
        await join("waits")();
        await other.freeze();
      },
      end: () => other.kill(),
    },
    restarted: { impossible: "it is a part of the engine; see test/e2e/kill.test.ts" },
  };
}

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { processorUs } from "../cards.ts";
import type { Load, Loaded } from "./load-process.ts";

/** What one round came to: calls/s, and µs of the server's processor a call. */
export interface Cost {
  readonly perSecond: number;
  readonly us: number;
}

interface Measured {
  readonly costs: Cost[];
  measure(from: number, count: number): Promise<Cost>;
}

/** A server's process, called by the loader. */
export function measured(loader: ChildProcess, inFlight: number, pid: number, address: string): Measured {
  const costs: Cost[] = [];
  return {
    costs,
    async measure(from, count) {
      const before = processorUs(pid);
      loader.send({ address, from, count, inFlight } satisfies Load);
      const [{ seconds, failed }] = (await once(loader, "message")) as [Loaded];
      if (failed > 0) throw new Error(`${failed} of ${count} calls failed`);
      const cost = { perSecond: count / seconds, us: (processorUs(pid) - before) / count };
      costs.push(cost);
      return cost;
    },
  };
}

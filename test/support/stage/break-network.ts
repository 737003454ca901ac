import type { ServerProcess } from "../faults/process.ts";
import type { Proxy as TcpProxy } from "../faults/proxy.ts";
import type { Source } from "./people.ts";
import { type Break, type BreakName, nothing } from "./target.ts";

interface Line {
  readonly server: ServerProcess;
  /** Between the engine and the server. */
  readonly proxy: TcpProxy;
  /** Gives a server that was started anew what it should know. */
  readonly fill?: () => Promise<unknown>;
  /** How half of its answers become wrong; a name: half of the decisions are about those of whom it says nonsense. */
  readonly half: Source | Break;
}

/** An answer that comes after every deadline. */
const slowMs = 700;

/** The ways in which a server behind a network is broken. */
export function breakNetwork({ server, proxy, fill = nothing, half }: Line): Record<BreakName, Break> {
  const restart = async () => {
    await server.restart();
    await fill();
  };
  const heal = () => proxy.heal();
  return {
    dead: {
      async begin() {
        await proxy.set({ refuse: true });
        await server.kill();
      },
      async end() {
        await restart();
        await heal();
      },
    },
    "black-holed": { begin: () => proxy.set({ blackHole: true }), end: heal },
    slow: { begin: () => proxy.set({ delayMs: slowMs, toward: "client" }), end: heal },
    "half wrong": typeof half === "string" ? { half, begin: nothing, end: nothing } : half,
    frozen: { begin: () => server.freeze(), end: () => server.thaw() },
    restarted: { begin: restart, end: nothing },
  };
}

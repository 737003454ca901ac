import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { CleanUp } from "../clean-up.ts";
import { type Connection, joinSockets } from "./connection.ts";
import { checkFaults, type Faults, noFaults } from "./faults.ts";
import { freePort } from "./free-port.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ProxyOptions {
  readonly to: Address;
  readonly faults?: Faults;
  /** Makes draws (`probability`, `jitterMs`) the same in every run. */
  readonly seed?: number;
}

interface ProxyCounts {
  /** Accepted since the start. */
  readonly connections: number;
  readonly open: number;
  readonly bytesToServer: number;
  readonly bytesToClient: number;
}

export interface Proxy extends Address {
  /** `host:port`. */
  readonly address: string;
  /** Replaces the faults in force, for open connections and new ones. @throws RangeError on a senseless number. */
  set(faults: Faults): Promise<void>;
  /** No faults from now on; what was cut or reset stays so. */
  heal(): Promise<void>;
  counts(): ProxyCounts;
  stop(): void;
}

/**
 * A TCP proxy on a port of its own that can be told to misbehave; it knows nothing of what flows through it, so it serves
 * Redis, HTTP and gRPC alike. A server that is down shows as a connection reset after connecting; use `refuse` for a
 * refused one.
 */
export async function startProxy(clean: CleanUp, { to, faults = noFaults, seed = 1 }: ProxyOptions): Promise<Proxy> {
  const host = "127.0.0.1";
  const port = await freePort();
  const open = new Set<Connection>();
  const counts = { connections: 0, bytesToServer: 0, bytesToClient: 0 };
  let inForce = noFaults;
  let listener: Server | undefined;

  const accept = (client: Socket) => {
    const server = connect({ ...to, allowHalfOpen: true });
    const number = counts.connections++;
    const connection = joinSockets(
      {
        client,
        server,
        seed,
        number,
        passed(toward, bytes) {
          if (toward === "server") counts.bytesToServer += bytes;
          else counts.bytesToClient += bytes;
        },
      },
      inForce,
    );
    open.add(connection);
    client.once("close", () => open.delete(connection));
  };
  const listen = async () => {
    listener = createServer({ allowHalfOpen: true }, accept);
    listener.listen(port, host);
    await once(listener, "listening");
  };
  const refuse = () => {
    listener?.close();
    listener = undefined;
  };
  const set = async (next: Faults) => {
    checkFaults(next);
    inForce = next;
    if (next.refuse) refuse();
    else if (listener === undefined) await listen();
    for (const connection of open) connection.change(next);
  };
  const stop = () => {
    refuse();
    for (const connection of open) connection.destroy();
  };
  clean.later(stop);
  await set(faults);
  return {
    host,
    port,
    address: `${host}:${port}`,
    set,
    heal: () => set(noFaults),
    counts: () => ({ ...counts, open: open.size }),
    stop,
  };
}

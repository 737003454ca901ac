import type { CleanUp } from "../clean-up.ts";
import { freePort } from "../faults/free-port.ts";
import { type RunningServer, startServerProcess } from "../faults/server-process.ts";
import type { Asked } from "./asked.ts";
import { type Documents, writeDocuments } from "./documents.ts";

export interface ThirtyTwoOptions {
  /** How long each service takes; default 100 ms, as in the workload this engine is built for. */
  readonly takesMs?: number;
  /** How long single services take instead: `{ b3: 250 }`. */
  readonly slow?: Readonly<Record<string, number>>;
  /** Of the policies; default 700 ms. */
  readonly deadlineMs?: number;
  /** Of each fetch; default 600 ms. */
  readonly timeoutMs?: number;
}

export interface ThirtyTwo {
  readonly documents: Documents;
  /** Of the HTTP services. */
  readonly url: string;
  /** Of the gRPC services. */
  readonly address: string;
  /** The process of all services: to freeze, kill, restart. A restart makes the times 0. */
  readonly server: RunningServer;
  setTimes(times: Pick<ThirtyTwoOptions, "takesMs" | "slow">): Promise<void>;
  /** What the services were asked since the last time this was called. */
  asked(): Promise<readonly Asked[]>;
}

/** Starts the 32 services, and writes documents whose policies need them all. */
export async function startThirtyTwo(clean: CleanUp, options: ThirtyTwoOptions = {}): Promise<ThirtyTwo> {
  const { deadlineMs = 700, timeoutMs = 600 } = options;
  const grpcPort = await freePort();
  const server = await startServerProcess(clean, new URL("services-process.ts", import.meta.url), [String(grpcPort)]);
  const url = `http://${server.address}`;
  const address = `127.0.0.1:${grpcPort}`;
  const documents = await writeDocuments(clean, { url, address, deadlineMs, timeoutMs });
  const setTimes: ThirtyTwo["setTimes"] = async ({ takesMs = 100, slow = {} }) => {
    await (await fetch(`${url}/times`, { method: "POST", body: JSON.stringify({ takesMs, slow }) })).json();
  };
  await setTimes(options);
  return {
    documents,
    url,
    address,
    server,
    setTimes,
    asked: async () => (await (await fetch(`${url}/asked`)).json()) as Asked[],
  };
}

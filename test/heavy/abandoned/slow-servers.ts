import type { CleanUp } from "../../support/clean-up.ts";
import { freePort } from "../../support/faults/free-port.ts";
import { startProxy } from "../../support/faults/proxy.ts";
import { startServerProcess } from "../../support/faults/server-process.ts";
import { startRedis } from "../../support/redis/server.ts";

/** What the servers have seen so far. */
export interface SeenByServers {
  /** Requests that are neither answered nor given up by their caller. */
  readonly open: number;
  /** Those that were given up: for which decision, and when, on the clock of `process.hrtime`, in milliseconds. */
  readonly givenUp: readonly { readonly decision: string; readonly atMs: number }[];
}

/** `host:port` of each. */
export interface SlowServers {
  readonly http: string;
  readonly grpc: string;
  readonly redis: string;
  readonly model: string;
  seen(): Promise<SeenByServers>;
}

/** Most answers come in so long, one in twenty never. */
export const slowestMs = 45;

/** Real servers that take a time of their own to answer; all but Redis tell of requests that were given up. */
export async function startSlowServers(clean: CleanUp): Promise<SlowServers> {
  const [grpc, model] = [await freePort(), await freePort()];
  const program = new URL("slow-servers-process.ts", import.meta.url);
  const { address } = await startServerProcess(clean, program, [`${grpc}`, `${model}`]);
  const redis = await startRedis(clean);
  await redis.client().sadd("vips", "nobody", "verdict:list");
  const proxy = await startProxy(clean, { to: redis, faults: { jitterMs: slowestMs, toward: "client" } });
  return {
    http: address,
    grpc: `127.0.0.1:${grpc}`,
    model: `127.0.0.1:${model}`,
    redis: proxy.address,
    seen: async () => (await (await fetch(`http://${address}/seen`)).json()) as SeenByServers,
  };
}

/** Milliseconds on a clock that all processes of a machine share. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

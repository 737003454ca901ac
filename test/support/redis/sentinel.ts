import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Redis } from "ioredis";
import type { CleanUp } from "../clean-up.ts";
import { freePort } from "../faults/free-port.ts";
import { runProcess, type ServerProcess } from "../faults/process.ts";
import type { Address } from "../faults/proxy.ts";
import { until } from "../until.ts";
import { answersPing, type ClientOptions, redisClient } from "./client.ts";
import { redisServer } from "./find.ts";
import { type RedisServer, startRedis } from "./server.ts";

export interface SentinelGroup {
  /** What clients ask for. */
  readonly name: string;
  readonly sentinel: Address & ServerProcess;
  /** The master at the start and its replica; after a failover they have changed places. */
  readonly servers: readonly [RedisServer, RedisServer];
  /** A client that follows the master; closed with the test. */
  client(options?: ClientOptions): Redis;
  /** Whom the sentinel names as master now. */
  master(): Promise<RedisServer>;
}

/** After this long without an answer the sentinel has the replica take over. */
const downAfterMs = 500;
const name = "verdict";

/** One master, one replica and one sentinel that decides alone; resolves when the replica is in step and known. */
export async function startSentinel(clean: CleanUp): Promise<SentinelGroup> {
  const master = await startRedis(clean);
  const replica = await startRedis(clean, {
    settings: { replicaof: `${master.host} ${master.port}` },
  });
  const copy = replica.client();
  await until(async () => (await copy.info("replication")).includes("master_link_status:up"));
  const sentinel = await runSentinel(clean, master);
  const admin = redisClient(clean, { host: sentinel.host, port: sentinel.port });
  await until(async () => ((await admin.call("SENTINEL", "REPLICAS", name)) as unknown[]).length === 1);
  const servers = [master, replica] as const;
  return {
    name,
    sentinel,
    servers,
    client: (options = {}) =>
      redisClient(clean, { sentinels: [{ host: sentinel.host, port: sentinel.port }], name, ...options }),
    async master() {
      const [, port] = (await admin.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)) as [string, string];
      return servers.find((each) => each.port === Number(port))!;
    },
  };
}

/** A sentinel writes what it learns into its file, so it needs one of its own. */
async function runSentinel(clean: CleanUp, master: Address): Promise<Address & ServerProcess> {
  const address = { host: "127.0.0.1", port: await freePort() };
  const folder = await clean.folder();
  const file = path.join(folder, "sentinel.conf");
  const settings = [
    `port ${address.port}`,
    `bind ${address.host}`,
    `dir ${folder}`,
    `sentinel monitor ${name} ${master.host} ${master.port} 1`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} ${downAfterMs * 4}`,
  ];
  await writeFile(file, `${settings.join("\n")}\n`);
  const server = await runProcess(clean, "redis-server --sentinel", () => ({
    child: spawn(redisServer(), [file, "--sentinel"], { stdio: ["ignore", "pipe", "pipe"] }),
    ready: (ended) => answersPing(address, ended),
  }));
  return { ...server, ...address };
}

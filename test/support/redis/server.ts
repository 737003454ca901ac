import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Redis } from "ioredis";
import type { CleanUp } from "../clean-up.ts";
import { freePort } from "../faults/free-port.ts";
import { runProcess, type ServerProcess } from "../faults/process.ts";
import type { Address } from "../faults/proxy.ts";
import { answersPing, type ClientOptions, redisClient } from "./client.ts";
import { redisServer } from "./find.ts";

export interface StartRedisOptions {
  /** Further settings, as in redis.conf: `{ maxmemory: "10mb" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Ports this much above its own must be free too. */
  readonly alsoFree?: readonly number[];
}

/** A real redis-server that keeps nothing: a restart finds it empty. */
export interface RedisServer extends ServerProcess, Address {
  /** `host:port`. */
  readonly address: string;
  /** Another plain client for looking in or filling it; closed with the test. */
  client(options?: ClientOptions): Redis;
}

/** Starts a Redis on a free port with a folder of its own; resolves when it answers PING. */
export async function startRedis(
  clean: CleanUp,
  { settings = {}, alsoFree = [] }: StartRedisOptions = {},
): Promise<RedisServer> {
  const host = "127.0.0.1";
  const folder = await clean.folder();
  const port = await freePort(...alsoFree);
  const file = path.join(folder, "redis.conf");
  const all = {
    port: String(port),
    bind: host,
    dir: `"${folder}"`,
    save: '""',
    appendonly: "no",
    // A replica is sent its copy at once, and is known to have it within a second; otherwise these are five and ten.
    "repl-diskless-sync-delay": "0",
    "repl-ping-replica-period": "1",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} ${value}\n`);
  await writeFile(file, lines.join(""));
  const server = await runProcess(clean, "redis-server", () => ({
    child: spawn(redisServer(), [file], { stdio: ["ignore", "pipe", "pipe"] }),
    ready: (ended) => answersPing({ host, port }, ended),
  }));
  return {
    ...server,
    host,
    port,
    address: `${host}:${port}`,
    client: (options = {}) => redisClient(clean, { host, port, ...options }),
  };
}

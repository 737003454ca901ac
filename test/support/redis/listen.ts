import type { RedisServer } from "./server.ts";

/**
 * Listens to what clients ask a Redis for. What scripts do inside it, and its own part in a cluster, is not told.
 * @returns the names of the commands since then, in order
 */
export async function listen(redis: RedisServer): Promise<() => Promise<string[]>> {
  const ear = redis.client();
  const monitor = await ear.monitor();
  const heard: string[] = [];
  const last = Promise.withResolvers<void>();
  monitor.on("monitor", (_time: string, [name = "", ...args]: string[], source: string) => {
    if (source === "lua") return;
    if (name.toLowerCase() === "echo" && args[0] === "that is all") last.resolve();
    else heard.push(name.toLowerCase());
  });
  return async () => {
    await redis.client().echo("that is all");
    await last.promise;
    monitor.disconnect();
    return heard.filter((name) => !ofConnecting.has(name));
  };
}

const ofConnecting = new Set(["info", "client", "select", "hello", "auth", "cluster", "ping", "replconf"]);

import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Ports of servers that go away and come back are taken from below those that systems give to outgoing connections (32768
 * and up on Linux), or one of these could sit on the port meanwhile; and low enough to leave room for a Redis Cluster's
 * bus 10,000 above.
 */
const first = 10_000;
const count = 12_000;
const given = new Set<number>();

/**
 * A port nobody listens on, given once.
 * @param offsets ports this much above must be free too.
 */
export async function freePort(...offsets: readonly number[]): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = first + Math.floor(Math.random() * count);
    if (given.has(port)) continue;
    given.add(port);
    const free = await Promise.all([0, ...offsets].map((offset) => isFree(port + offset)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`found no free port from ${first} to ${first + count - 1} in 100 attempts: end what listens there`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}

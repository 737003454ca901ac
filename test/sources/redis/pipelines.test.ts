import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import { cleanUp } from "../../support/clean-up.ts";
import { startRedisCluster } from "../../support/redis/cluster.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { openRedis, shown } from "./support.ts";

/** What a server has done until now. */
async function statsOf(client: Redis): Promise<{ reads: number; commands: number }> {
  const [stats, commands] = [await client.info("stats"), await client.info("commandstats")];
  const calls = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(commands)?.[1] ?? 0);
  return {
    reads: Number(/total_reads_processed:(\d+)/.exec(stats)![1]),
    commands: calls("hmget") + calls("get"),
  };
}

/** What it does meanwhile, less what asking it takes: one read for each of two questions. */
async function during(client: Redis, work: () => Promise<unknown>): Promise<{ reads: number; commands: number }> {
  const before = await statsOf(client);
  await work();
  const after = await statsOf(client);
  return { reads: after.reads - before.reads - 2, commands: after.commands - before.commands };
}

const number = [{ path: "n", type: "integer" }] as const;
const whole = [{ path: "$.n", type: "integer" }] as const;
const ids = Array.from({ length: 30 }, (_, at) => `c${at}`);

describe("what redis sources ask for in one turn", function () {
  this.timeout(30_000);
  const clean = cleanUp();

  describe("of one server", () => {
    let redis: RedisServer;
    let admin: Redis;
    beforeEach(async () => {
      redis = await startRedis(clean);
      admin = redis.client();
      for (const [n, id] of ids.entries()) {
        await admin.hset(`customer:${id}`, "n", n);
        await admin.set(`json:${id}`, JSON.stringify({ n }));
      }
    });

    it("goes out as one, whichever sources and decisions it is for", async () => {
      const url = `redis://${redis.address}`;
      const hash = openRedis(clean, url).prepare(number);
      const json = openRedis(clean, url, { layout: "json", key: "json:{customer_id}" }).prepare(whole);
      await Promise.all([hash(["c0"]), json(["c0"])]);
      const answers: unknown[] = [];
      const askAll = () =>
        Promise.all(ids.flatMap((id) => [hash, json].map(async (ask) => answers.push(...shown(await ask([id]))))));
      assert.deepEqual(await during(admin, askAll), { reads: 1, commands: 60 });
      assert.deepEqual(
        answers,
        ids.flatMap((_, n) => [n, n]),
      );
    });

    it("goes out without what was given up before", async () => {
      const ask = openRedis(clean, `redis://${redis.address}`).prepare(number);
      await ask(["c0"]);
      const controller = new AbortController();
      const askAll = async () => {
        const asked = ids.map((id, n) => ask([id], n < 20 ? controller.signal : undefined));
        controller.abort();
        return Promise.allSettled(asked);
      };
      assert.deepEqual(await during(admin, askAll), { reads: 1, commands: 10 });
      const gone = new AbortController();
      gone.abort();
      const askGone = () => assert.rejects(ask(["c0"], gone.signal), { name: "AbortError" });
      assert.deepEqual(await during(admin, askGone), { reads: 0, commands: 0 });
    });

    it("goes over one connection for equal settings, which a swap of the documents leaves open", async () => {
      const url = `redis://${redis.address}`;
      const connections = async () =>
        [...`${await admin.client("LIST")}`.matchAll(/^id=(\d+) .* name=verdict /gm)].map(([, id]) => id);
      const first = openRedis(clean, url);
      await first.prepare(number)(["c0"]);
      const [id] = await connections();
      const next = openRedis(
        clean,
        "${REDIS}",
        { layout: "json", key: "json:{customer_id}" },
        { variables: { REDIS: url } },
      );
      await first.close();
      await first.close();
      await next.prepare(whole)(["c0"]);
      assert.deepEqual(await connections(), [id]);
      const other = openRedis(clean, `${url}/1`);
      await other.prepare(number)(["c0"]);
      assert.equal((await connections()).length, 2);
      await next.close();
      await other.close();
      while ((await connections()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });

    it("fails when the source is closed while it waits", async () => {
      const source = openRedis(clean, `redis://${redis.address}`);
      const ask = source.prepare(number);
      const asked = ask(["c0"]);
      await source.close();
      await assert.rejects(asked, /the connection to the Redis at .* was closed/);
      await assert.rejects(ask(["c0"]), /the connection to the Redis at .* is closed/);
    });
  });

  it("goes out as one to each node of a cluster, also while keys move", async () => {
    const cluster = await startRedisCluster(clean, { masters: 3, replicas: 0 });
    const client = cluster.client();
    const many = Array.from({ length: 300 }, (_, at) => `c${at}`);
    for (const [n, id] of many.entries()) await client.hset(`customer:${id}`, "n", n);
    const nodes = cluster.addresses.map(({ host, port }) => `${host}:${port}`);
    const ask = openRedis(clean, { nodes }).prepare(number);
    const askAll = () => Promise.all(many.map((id) => ask([id])));
    await askAll();
    const admins = cluster.nodes.map((node) => node.client());
    const before = await Promise.all(admins.map(statsOf));
    const answers = await askAll();
    const after = await Promise.all(admins.map(statsOf));
    assert.deepEqual(
      answers.map(shown),
      [...many.keys()].map((n) => [n]),
    );
    const reads = after.map((stats, at) => stats.reads - before[at]!.reads - 2);
    const commands = after.map((stats, at) => stats.commands - before[at]!.commands);
    assert.deepEqual(reads, [1, 1, 1]);
    assert.equal(
      commands.reduce((sum, count) => sum + count),
      300,
    );

    // One slot goes over to another node, in the steps in which resharding tools do it.
    const key = "customer:c7";
    const slot = await client.cluster("KEYSLOT", key);
    const from = cluster.nodes.indexOf(await cluster.masterOf(key));
    const to = (from + 1) % 3;
    const names = await Promise.all(admins.map(async (admin) => `${await admin.call("CLUSTER", "MYID")}`));
    const setSlot = (at: number, ...how: string[]) => admins[at]!.call("CLUSTER", "SETSLOT", slot, ...how);
    await setSlot(to, "IMPORTING", names[from]!);
    await setSlot(from, "MIGRATING", names[to]!);
    assert.deepEqual(shown(await ask(["c7"])), [7], "it is still where it was");
    const { host, port } = cluster.nodes[to]!;
    const keys = (await admins[from]!.call("CLUSTER", "GETKEYSINSLOT", slot, 100)) as string[];
    await admins[from]!.call("MIGRATE", host, port, "", 0, 5000, "KEYS", ...keys);
    assert.deepEqual(shown(await ask(["c7"])), [7], "the old node sends on what it has no more");
    await setSlot(to, "NODE", names[to]!);
    await setSlot(from, "NODE", names[to]!);
    assert.deepEqual(shown(await ask(["c7"])), [7], "the old node says who has it now");
    assert.deepEqual(
      (await askAll()).map(shown),
      [...many.keys()].map((n) => [n]),
    );
  });
});

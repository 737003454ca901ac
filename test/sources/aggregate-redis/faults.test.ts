import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { AggregateStore } from "../../../src/domain/aggregate.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startProxy, type Proxy as TcpProxy } from "../../support/faults/proxy.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { until } from "../../support/until.ts";
import { query, start } from "../aggregate/open-store.ts";
import { openStore } from "./open-redis-store.ts";

const spend = { source: "customer_spend", retainMs: 2_560_000 };
const visits = { source: "terminal_visits", retainMs: 2_560_000 };
const everything = { windowMs: 2_560_000 };
const ask = [query("count", everything), query("sum", everything), query("sum", { ...everything, of: "label" })];
const end = start + 1_000_000;

describe("a store of aggregates on a Redis that fails", function () {
  this.timeout(60_000);
  const clean = cleanUp();
  const unhandled: unknown[] = [];
  let redis: RedisServer;
  let proxy: TcpProxy;

  beforeEach(async () => {
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    clean.later(() => process.off("unhandledRejection", onUnhandled));
    redis = await startRedis(clean);
    proxy = await startProxy(clean, { to: redis });
  });
  afterEach(() => assert.deepEqual(unhandled, []));

  for (const exactLimit of [1024, 20]) {
    it(`has counted each event once when lost replies were tried again, ${exactLimit} events exact`, async () => {
      const store = openStore(clean, proxy, { exactLimit, timeoutMs: 200 });
      await countOne(store, 0);
      // Every third time something would be answered, the connection breaks instead.
      await proxy.set({ resetAfterBytes: 0, probability: 0.3, each: "chunk", toward: "client" });
      const ids = Array.from({ length: 400 }, (_, id) => id);
      const failed = await untilAllDone(ids, async (id) => {
        if (id % 4 === 0) await store.label({ requestId: `r${id}`, value: 1, reportedAtMs: start });
        await countOne(store, id);
      });
      assert.ok(failed > 0, "no reply was lost");
      await proxy.heal();
      const direct = openStore(clean, redis, { exactLimit });
      const sum = (ids.length * (ids.length - 1)) / 2;
      assert.deepEqual(await direct.read(spend, ["c1"], end, ask), [ids.length, sum, ids.length / 4]);
      assert.deepEqual(await direct.read(visits, ["t1"], end, ask), [ids.length, 0, ids.length / 4]);
      for (const id of ids) assert.equal(await countOne(direct, id), "duplicate");
    });
  }

  it("fails in time on a line that swallows replies; what was sent may be sent again", async () => {
    const store = openStore(clean, proxy, { timeoutMs: 50 });
    await countOne(store, 0);
    await proxy.set({ blackHole: true, toward: "client" });
    await assert.rejects(countOne(store, 1), /gave no answer about aggregates.*sent again with the same request id/);
    await proxy.heal();
    await untilAllDone([1], (id) => countOne(store, id));
    assert.deepEqual(await store.read(spend, ["c1"], end, ask), [2, 1, 0]);
  });

  it("fails at once while Redis is down, also from the start, and works again when it is back, empty", async () => {
    const store = openStore(clean, redis, { timeoutMs: 50 });
    await countOne(store, 1);
    await redis.kill();
    // The first to ask may find the connection still open, and closed before an answer.
    await until(() => countOne(store, 2).then(() => false, isWithoutConnection));
    const fresh = openStore(clean, redis, { timeoutMs: 50 });
    for (const each of [store, fresh]) {
      await assert.rejects(async () => each.read(spend, ["c1"], end, ask), /cannot be asked for aggregates/);
      await assert.rejects(async () => each.label({ requestId: "r1", value: 1, reportedAtMs: start }), /aggregates/);
    }
    await redis.restart();
    for (const each of [store, fresh]) await untilAllDone([1, 2], (id) => countOne(each, id));
    assert.deepEqual(await fresh.read(spend, ["c1"], end, ask), [2, 3, 0]);
  });

  it("goes on when Redis has forgotten the scripts", async () => {
    const store = openStore(clean, redis);
    for (const id of [1, 2, 3]) {
      await redis.client().script("FLUSH");
      assert.equal(await countOne(store, id), "accepted");
    }
    assert.deepEqual(await store.read(spend, ["c1"], end, ask), [3, 6, 0]);
  });

  it("says what is in the way when its keys hold something else, or Redis is full", async () => {
    const store = openStore(clean, redis, { prefix: "taken:" });
    const key = 'taken:record:{["customer_spend","c1"]}';
    await redis.client().hset(key, "a", "1");
    await assert.rejects(countOne(store, 1), /refuses aggregates: WRONGTYPE: a key of the store holds something else/);
    await redis.client().set(key, "not a record");
    await assert.rejects(async () => store.read(spend, ["c1"], end, ask), /was not written by this store/);
    await assert.rejects(countOne(store, 1), /WRONGTYPE/);
    const elsewhere = openStore(clean, redis);
    await redis.client().config("SET", "maxmemory", "1");
    await assert.rejects(countOne(elsewhere, 2), /OOM: it has reached its maxmemory/);
  });
});

function isWithoutConnection({ message }: Error): boolean {
  return message.includes("cannot be asked for aggregates");
}

async function countOne(store: AggregateStore, id: number) {
  return store.count({
    requestId: `r${id}`,
    // Every eighth comes late.
    occurredAtMs: start + (id % 8 === 7 ? id - 100 : id) * 1000,
    contributions: [
      { spec: spend, key: ["c1"], value: id },
      { spec: visits, key: ["t1"], value: undefined },
    ],
  });
}

/** Does it for all, several at a time, again and again for those where it failed. @returns how often it failed. */
async function untilAllDone(ids: readonly number[], work: (id: number) => Promise<unknown>): Promise<number> {
  let due = [...ids];
  let failed = 0;
  await until(async () => {
    const now = due.splice(0, 25);
    const results = await Promise.allSettled(now.map(work));
    const again = now.filter((_, at) => results[at]!.status === "rejected");
    failed += again.length;
    if (again.length > 0) await sleep(20);
    assert.ok(failed < 20_000, "it never works again");
    due = [...again, ...due];
    return due.length === 0;
  });
  return failed;
}

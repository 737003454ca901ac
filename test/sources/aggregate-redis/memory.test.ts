import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import { cleanUp } from "../../support/clean-up.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { day, query, start } from "../aggregate/open-store.ts";
import { openStore } from "./open-redis-store.ts";

const retainMs = 30 * day;
const spend = { source: "customer_spend", retainMs };

describe("the room that aggregates take on Redis", function () {
  this.timeout(60_000);
  const clean = cleanUp();
  let redis: RedisServer;
  let admin: Redis;

  beforeEach(async () => {
    redis = await startRedis(clean);
    admin = redis.client();
  });

  const count = async (events: number, everyMs: number, spec = spend) => {
    const store = openStore(clean, redis);
    for (let n = 0; n < events; n += 100) {
      const ids = Array.from({ length: Math.min(100, events - n) }, (_, index) => n + index);
      const all = ids.map((id) => {
        const contributions = [{ spec, key: ["c1"], value: id }];
        return store.count({ requestId: `r${id}`, occurredAtMs: start + id * everyMs, contributions });
      });
      await Promise.all(all);
    }
    return store;
  };
  const recordOf = (source: string) => `verdict:record:{["${source}","c1"]}`;
  const bytesOf = async (key: string) => (await admin.memory("USAGE", key))!;

  const cases: readonly [events: number, bytesMost: number][] = [
    [10, 1_500],
    [100, 9_000],
    [1_000, 90_000],
    [10_000, 135_000],
  ];
  for (const [events, bytesMost] of cases) {
    it(`is at most ${bytesMost} bytes for the record of a key with ${events} events`, async () => {
      await count(events, Math.floor(retainMs / events));
      const bytes = await bytesOf(recordOf("customer_spend"));
      assert.ok(bytes <= bytesMost, `${bytes}`);
      assert.ok((await bytesOf('verdict:request:{["r0"]}')) <= 256);
    });
  }

  it("stays the same while events come and expire", async () => {
    const spec = { source: "fleeting", retainMs: 100_000 };
    const store = await count(3000, 1000, spec);
    const [kept] = await store.read(spec, ["c1"], start + 3_000_000, [query("count", { windowMs: 1e9 })]);
    assert.ok(kept! >= 100 && kept! <= 105, `${kept}`);
    assert.ok((await bytesOf(recordOf("fleeting"))) <= 9_000);
  });

  it("is given back: every key has an expiry, a little after its retention", async () => {
    const store = await count(3, 1000);
    await store.label({ requestId: "no event", value: 1, reportedAtMs: start });
    await store.label({ requestId: "r1", value: 1, reportedAtMs: start });
    const ahead = Date.now() + 10 * day;
    await store.count({
      requestId: "ahead",
      occurredAtMs: ahead,
      contributions: [{ spec: spend, key: ["c2"], value: 1 }],
    });
    const days = new Map<string, number>();
    for (const key of await admin.keys("*")) days.set(key, Math.round((await admin.pttl(key)) / day));
    assert.deepEqual(
      days,
      new Map([
        ['verdict:record:{["customer_spend","c1"]}', 31],
        ['verdict:record:{["customer_spend","c2"]}', 41],
        ['verdict:request:{["ahead"]}', 41],
        ['verdict:request:{["no event"]}', 30],
        ['verdict:request:{["r0"]}', 31],
        ['verdict:request:{["r1"]}', 31],
        ['verdict:request:{["r2"]}', 31],
      ]),
    );
  });
});

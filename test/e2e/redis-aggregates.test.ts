import assert from "node:assert/strict";
import type { Config } from "../../src/config.ts";
import { cleanUp } from "../support/clean-up.ts";
import { featuresOf, startEngine } from "../support/engine.ts";
import { payment } from "../support/fixtures.ts";
import { listen } from "../support/redis/listen.ts";
import { startRedis } from "../support/redis/server.ts";
import { until } from "../support/until.ts";

describe("engines that share aggregates on Redis", () => {
  const clean = cleanUp();

  it("count each event once, whichever of them decides it", async () => {
    const { address } = await startRedis(clean);
    const config = { aggregates: "redis", aggregatesConnection: `redis://${address}` } as const;
    const [first, second] = [await startEngine(clean, config), await startEngine(clean, config)];
    for (let at = 0; at < 20; at++) {
      const { client } = at % 2 === 0 ? first : second;
      await client.decide(payment(`r${at}`));
      await second.client.decide(payment(`r${at}`));
    }
    const { customer_count_1d, customer_sum_1d } = await featuresOf(first.client);
    // The look itself is in the windows, though it counts nothing.
    assert.deepEqual([customer_count_1d, customer_sum_1d], [21, 21 * 25]);
  });

  it("ask it once for an event: what it reads comes with its count", async () => {
    const redis = await startRedis(clean);
    const { client } = await startEngine(clean, {
      aggregates: "redis",
      aggregatesConnection: `redis://${redis.address}`,
    });
    await client.decide(payment("first"));
    const heard = await listen(redis);
    const { sources } = await client.decide(payment("second"));
    assert.equal(sources.filter(({ kind, status }) => kind === "aggregate" && status === "OK").length, 2);
    assert.deepEqual(await heard(), ["evalsha"]);
  });

  it("do not start on servers that cannot be meant, and say why", async () => {
    const start = (aggregatesConnection: Config["aggregatesConnection"]) =>
      startEngine(clean, { aggregates: "redis", aggregatesConnection });
    await assert.rejects(start("http://127.0.0.1"), /aggregatesConnection.*the connection is no Redis URL/s);
    await assert.rejects(
      start({ nodes: ["${NOT_SET_ANYWHERE}"] }),
      /aggregatesConnection.*NOT_SET_ANYWHERE is not set/s,
    );
    await assert.rejects(start({ nodes: ["a:b:c"] }), /aggregatesConnection.*is not host:port/s);
  });

  it("answer while Redis is down or frozen, and count again when it is back", async () => {
    const redis = await startRedis(clean);
    const { client } = await startEngine(clean, {
      aggregates: "redis",
      aggregatesConnection: `redis://${redis.address}`,
    });
    const statusOf = async (id: string) => {
      const { outcome, sources } = await client.decide(payment(id));
      assert.equal(outcome, "approve");
      return sources.find(({ name }) => name === "customer_spend")?.status;
    };
    assert.equal(await statusOf("before"), "OK");
    await redis.freeze();
    assert.notEqual(await statusOf("frozen"), "OK");
    await redis.thaw();
    await redis.kill();
    assert.equal(await statusOf("down"), "ERROR");
    await redis.restart();
    await until(async () => (await statusOf("after")) === "OK");
    assert.equal((await featuresOf(client)).customer_count_1d, 2);
  });
});

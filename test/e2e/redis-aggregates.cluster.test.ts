import assert from "node:assert/strict";
import type { Config } from "../../src/config.ts";
import { cleanUp } from "../support/clean-up.ts";
import { featuresOf, startEngine } from "../support/engine.ts";
import { payment } from "../support/fixtures.ts";
import { startRedisCluster } from "../support/redis/cluster.ts";
import { listen } from "../support/redis/listen.ts";
import { startSentinel } from "../support/redis/sentinel.ts";
import { until } from "../support/until.ts";

describe("engines that share aggregates", function () {
  this.timeout(60_000);
  const clean = cleanUp();

  const share = async (aggregatesConnection: Config["aggregatesConnection"]) => {
    const config = { aggregates: "redis", aggregatesConnection } as const;
    return [await startEngine(clean, config), await startEngine(clean, config)] as const;
  };

  it("on a Redis Cluster count each event once", async () => {
    const cluster = await startRedisCluster(clean, { masters: 3, replicas: 0 });
    const [first, second] = await share({ nodes: cluster.addresses.map(({ host, port }) => `${host}:${port}`) });
    for (let at = 0; at < 20; at++) {
      await first.client.decide(payment(`r${at}`));
      await second.client.decide(payment(`r${at}`));
    }
    assert.equal((await featuresOf(second.client)).customer_count_1d, 21);
  });

  it("on a Redis Cluster ask for an event's entry, then all records at once; reading comes with it", async () => {
    const cluster = await startRedisCluster(clean, { masters: 3, replicas: 0 });
    const [{ client }] = await share({ nodes: cluster.addresses.map(({ host, port }) => `${host}:${port}`) });
    // Until every node knows every script.
    for (let at = 0; at < 40; at++) {
      await client.decide(payment(`r${at}`, { customer_id: `c${at}`, terminal: { id: `t${at}` } }));
    }
    const heard = await Promise.all(cluster.nodes.map(listen));
    const { sources } = await client.decide(payment("second"));
    const aggregates = sources.filter(({ kind, status }) => kind === "aggregate" && status === "OK").length;
    assert.equal(aggregates, 2);
    const commands = (await Promise.all(heard.map((each) => each()))).flat();
    // The claim, a record each, and the entry's confirmation, which nobody waits for.
    assert.ok(commands.length <= 1 + aggregates + 1, `${commands}`);
    assert.deepEqual(new Set(commands), new Set(["evalsha"]));
  });

  it("behind sentinels go on counting at the new master", async () => {
    const group = await startSentinel(clean);
    const { host, port } = group.sentinel;
    const [{ client }] = await share({ sentinels: [`${host}:${port}`], name: group.name });
    await client.decide(payment("before"));
    assert.equal(await group.servers[0].client().wait(1, 1000), 1);
    await group.servers[0].kill();
    await until(async () => {
      const { sources } = await client.decide(payment("after"));
      return sources.find(({ name }) => name === "customer_spend")?.status === "OK";
    });
    assert.equal((await featuresOf(client)).customer_count_1d, 3);
  });
});

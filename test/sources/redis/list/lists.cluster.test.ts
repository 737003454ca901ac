import assert from "node:assert/strict";
import { redisLists } from "../../../../src/sources/redis/list/definition.ts";
import { cleanUp } from "../../../support/clean-up.ts";
import { startEngine } from "../../../support/engine.ts";
import { payment } from "../../../support/fixtures.ts";
import { startRedisCluster } from "../../../support/redis/cluster.ts";
import { until } from "../../../support/until.ts";
import { statusesOf, writeDocuments } from "./support.ts";

describe("lists that are sets in a Redis Cluster", function () {
  this.timeout(60_000);
  const clean = cleanUp();

  it("are edited and asked on the nodes that have them, and asked again after another took over", async () => {
    const cluster = await startRedisCluster(clean);
    const connection = { nodes: cluster.addresses.map(({ host, port }) => `${host}:${port}`) };
    const variable = () => assert.fail("none is named");
    for (const name of ["blocked", "trusted"]) {
      const list = redisLists.connect({ kind: "redis", key: `list:${name}`, connection }, { variable });
      clean.later(() => list.close());
      assert.equal(await list.add(["alice"], false), undefined);
      assert.deepEqual(
        await list.add(name === "blocked" ? ["mallory"] : ["d1"], true),
        new Set([name === "blocked" ? "mallory" : "d1"]),
      );
      assert.equal(await list.size(), 1);
    }
    const { client } = await startEngine(clean, await writeDocuments(clean, connection, { timeoutMs: 300 }));
    let requests = 0;
    const decide = (customer_id: string) => client.decide(payment(`r${requests++}`, { customer_id, device_id: "d1" }));
    await until(async () => (await decide("alice")).completeness === "COMPLETE");
    assert.equal((await decide("mallory")).outcome, "decline");

    await cluster.settled();
    await (await cluster.masterOf("list:blocked")).kill();
    const without = await decide("mallory");
    assert.deepEqual([without.outcome, without.completeness], ["approve", "DEGRADED"]);
    assert.match(statusesOf(without)["customer_id in blocked"]!, /ERROR|TIMEOUT/);
    await until(async () => (await decide("mallory")).outcome === "decline");
  });
});

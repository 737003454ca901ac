import assert from "node:assert/strict";
import { cleanUp } from "../../support/clean-up.ts";
import { startRedisCluster } from "../../support/redis/cluster.ts";
import { query, start } from "../aggregate/open-store.ts";
import { openOwn } from "./open-redis-store.ts";

const spend = { source: "customer_spend", retainMs: 1_000_000 };

describe("aggregates on a Redis Cluster that moves slots", function () {
  this.timeout(60_000);
  const clean = cleanUp();

  it("follow their keys while these move, and when they have moved", async () => {
    const cluster = await startRedisCluster(clean, { masters: 3, replicas: 0 });
    const nodes = cluster.addresses.map(({ host, port }) => `${host}:${port}`);
    const { store, dispose } = openOwn({ nodes }, { prefix: "" });
    clean.later(dispose);
    const key = 'record:{["customer_spend","c1"]}';
    const count = (requestId: string) =>
      store.count({ requestId, occurredAtMs: start, contributions: [{ spec: spend, key: ["c1"], value: 1 }] });
    const counted = () => store.read(spend, ["c1"], start, [query("count")]);
    assert.deepEqual(await counted(), [0]);

    const from = await cluster.masterOf(key);
    const to = cluster.nodes.find((node) => node !== from)!;
    const slot = await from.client().cluster("KEYSLOT", key);
    const idOf = async (node: typeof from) => `${await node.client().call("CLUSTER", "MYID")}`;
    const [fromId, toId] = [await idOf(from), await idOf(to)];
    await to.client().call("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
    await from.client().call("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
    assert.equal(await count("r1"), "accepted");
    assert.equal(await to.client().call("CLUSTER", "COUNTKEYSINSLOT", slot), 1);
    assert.deepEqual(await counted(), [1]);

    for (const node of [to, ...cluster.nodes.filter((each) => each !== to)]) {
      await node.client().call("CLUSTER", "SETSLOT", slot, "NODE", toId);
    }
    assert.equal(await count("r2"), "accepted");
    assert.equal(await count("r1"), "duplicate");
    assert.deepEqual(await counted(), [2]);
  });
});

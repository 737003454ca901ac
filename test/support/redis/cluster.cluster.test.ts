import assert from "node:assert/strict";
import { cleanUp } from "../clean-up.ts";
import { type RedisCluster, startRedisCluster } from "./cluster.ts";

describe("startRedisCluster", () => {
  const clean = cleanUp(after);
  let cluster: RedisCluster;
  before(async () => {
    cluster = await startRedisCluster(clean);
  });

  it("runs six processes, three of which share the keys", async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `key ${at}`);
    const client = cluster.client();
    await Promise.all(keys.map((key) => client.set(key, key)));
    const masters = new Set(await Promise.all(keys.map((key) => cluster.masterOf(key))));
    const replicas = new Set((await Promise.all(keys.map((key) => cluster.replicasOf(key)))).flat());
    assert.deepEqual([masters.size, replicas.size], [3, 3]);
    assert.equal(new Set(cluster.nodes.map((node) => node.pid())).size, 6);
    for (const key of keys) assert.equal(await (await cluster.masterOf(key)).client().get(key), key);
  });

  const losses = {
    killed: { lose: "kill", back: "restart" },
    frozen: { lose: "freeze", back: "thaw" },
  } as const;
  for (const [name, { lose, back }] of Object.entries(losses)) {
    it(`has a replica take over from a master that is ${name}, and takes the old one back as replica`, async () => {
      const client = cluster.client();
      await client.set("a", name);
      const old = await cluster.masterOf("a");
      // The replica must have it before its master goes.
      const [replica] = await cluster.replicasOf("a");
      const copy = replica!.client();
      await copy.readonly();
      while ((await copy.get("a")) !== name);
      await old[lose]();
      await cluster.settled();
      assert.equal(await cluster.masterOf("a"), replica);
      assert.equal(await cluster.client().get("a"), name);
      await old[back]();
      await cluster.settled();
      assert.deepEqual(await cluster.replicasOf("a"), [old]);
    });
  }
});

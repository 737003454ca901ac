import assert from "node:assert/strict";
import { exitCodes } from "../../../src/cli/exit.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startRedisCluster } from "../../support/redis/cluster.ts";
import { startSentinel } from "../../support/redis/sentinel.ts";
import { makePlace } from "./support.ts";

describe("verdict source check of Redis on several servers", function () {
  this.timeout(60_000);
  const clean = cleanUp();

  async function check(connection: object) {
    const place = await makePlace(clean);
    await place.catalogue({
      sources: { profile: { kind: "redis", layout: "hash", key: "k:{id}", connection, timeoutMs: 1_000 } },
      features: {
        id: { from: "request", path: "id", type: "string" },
        n: { from: "profile", path: "n", type: "integer" },
      },
    });
    const { code, sources } = await place.check("--key", "id=1", "--timeout", "1500");
    return { code, report: sources[0]! };
  }

  it("asks the master that sentinels name, and says when they are down", async () => {
    const group = await startSentinel(clean);
    await group.client().hset("k:1", "n", 7);
    const { host, port } = group.sentinel;
    const connection = { sentinels: [`${host}:${port}`], name: group.name };
    const { code, report } = await check(connection);
    assert.equal(code, exitCodes.ok);
    assert.match(report.detail!, /^Redis \d/);
    assert.equal(report.place, `"${group.name}" by sentinels redis://${host}:${port}`);
    assert.equal(report.answer!.features[0]!.value, 7);
    await group.sentinel.kill();
    const after = await check(connection);
    assert.equal(after.code, exitCodes.failed);
    assert.match(after.report.problem!, /of the sentinels .* cannot be asked: .*/);
  });

  it("asks a cluster, and says when it is down", async () => {
    const cluster = await startRedisCluster(clean, { replicas: 0 });
    const client = cluster.client();
    await client.hset("k:1", "n", 7);
    const nodes = cluster.nodes.map(({ address }) => address);
    const { code, report } = await check({ nodes });
    assert.equal(code, exitCodes.ok);
    assert.match(report.detail!, /^Redis [\d.]+, a cluster$/);
    assert.equal(report.answer!.features[0]!.value, 7);
    for (const node of cluster.nodes) await node.kill();
    const after = await check({ nodes });
    assert.equal(after.code, exitCodes.failed);
    assert.match(after.report.problem!, /^the Redis Cluster of .* cannot be asked: none of the nodes answers/);
  });
});

import { randomUUID } from "node:crypto";
import { cleanUp } from "../../support/clean-up.ts";
import { type RedisCluster, startRedisCluster } from "../../support/redis/cluster.ts";
import { describeConcurrently } from "../aggregate/concurrently.ts";
import { describeAggregateStore } from "../aggregate/store-suite.ts";
import { openOwn } from "./open-redis-store.ts";

describe("aggregates on a Redis Cluster", function () {
  this.timeout(120_000);
  const clean = cleanUp(after);
  let cluster: RedisCluster;

  before(async () => {
    cluster = await startRedisCluster(clean, { masters: 3, replicas: 0 });
  });

  describeAggregateStore(
    "Redis Cluster",
    async (options) => openOwn({ nodes: cluster.addresses.map(({ host, port }) => `${host}:${port}`) }, options),
    (retainMs) => retainMs / 256,
  );

  describeConcurrently("Redis Cluster", async (exactLimit) => {
    const prefix = `${randomUUID()}:`;
    const nodes = cluster.addresses.map(({ host, port }) => `${host}:${port}`);
    const clients = [0, 1].map(() => openOwn({ nodes }, { prefix, exactLimit }));
    return {
      stores: clients.map(({ store }) => store),
      dispose: async () => {
        for (const client of clients) await client.dispose();
      },
    };
  });
});

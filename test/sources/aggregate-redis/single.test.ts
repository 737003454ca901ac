import { cleanUp } from "../../support/clean-up.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { describeAggregateStore } from "../aggregate/store-suite.ts";
import { openOwn } from "./open-redis-store.ts";

describe("aggregates on one Redis", function () {
  this.timeout(120_000);
  const clean = cleanUp(after);
  let server: RedisServer;

  before(async () => {
    server = await startRedis(clean);
  });

  describeAggregateStore(
    "Redis",
    async (options) => openOwn(`redis://${server.address}`, options),
    (retainMs) => retainMs / 256,
  );
});

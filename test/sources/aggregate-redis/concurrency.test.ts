import { randomUUID } from "node:crypto";
import { cleanUp } from "../../support/clean-up.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { describeConcurrently } from "../aggregate/concurrently.ts";
import { openOwn } from "./open-redis-store.ts";

describe("aggregates on one Redis, used by two clients", function () {
  this.timeout(120_000);
  const clean = cleanUp(after);
  let server: RedisServer;
  let forgetScripts: () => Promise<unknown>;

  before(async () => {
    server = await startRedis(clean);
    const admin = server.client();
    forgetScripts = () => admin.script("FLUSH");
  });

  describeConcurrently(
    "Redis",
    async (exactLimit) => {
      const prefix = `${randomUUID()}:`;
      const clients = [0, 1].map(() => openOwn(`redis://${server.address}`, { prefix, exactLimit }));
      return {
        stores: clients.map(({ store }) => store),
        dispose: async () => {
          for (const client of clients) await client.dispose();
        },
      };
    },
    () => forgetScripts(),
  );
});

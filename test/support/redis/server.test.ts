import assert from "node:assert/strict";
import { cleanUp } from "../clean-up.ts";
import { startProxy } from "../faults/proxy.ts";
import { startRedis } from "./server.ts";

describe("startRedis", () => {
  const clean = cleanUp();

  it("runs a real server that keeps nothing over a restart, at the same address", async () => {
    const redis = await startRedis(clean);
    const client = redis.client();
    await client.set("a", "1");
    assert.equal(await client.get("a"), "1");
    await redis.restart();
    assert.equal(await redis.client().get("a"), null);
  });

  it("takes settings as in redis.conf", async () => {
    const redis = await startRedis(clean, { settings: { requirepass: "secret", "maxmemory-policy": "allkeys-lru" } });
    const client = redis.client({ password: "secret" });
    assert.deepEqual(await client.config("GET", "maxmemory-policy"), ["maxmemory-policy", "allkeys-lru"]);
    await assert.rejects(redis.client().get("a"), /NOAUTH/);
  });

  it("says why a server did not start", async () => {
    await assert.rejects(
      startRedis(clean, { settings: { maxmemory: "much" } }),
      /redis-server ended before it answered[\s\S]*maxmemory/,
    );
  });

  it("frozen, leaves a command without an answer; thawed, answers it", async () => {
    const redis = await startRedis(clean);
    const client = redis.client();
    await client.set("a", "1");
    await redis.freeze();
    await assert.rejects(redis.client({ commandTimeout: 50 }).get("a"), /timed out/);
    const late = client.get("a");
    await redis.thaw();
    assert.equal(await late, "1");
  });

  it("can be reached through a fault proxy", async () => {
    const redis = await startRedis(clean);
    const proxy = await startProxy(clean, { to: redis });
    const client = redis.client({ port: proxy.port, retryStrategy: () => 10 });
    await client.set("a", "1");
    await proxy.set({ resetAfterBytes: 0, toward: "client" });
    await assert.rejects(redis.client({ port: proxy.port, maxRetriesPerRequest: 0 }).get("a"));
    await proxy.heal();
    assert.equal(await client.get("a"), "1");
  });
});

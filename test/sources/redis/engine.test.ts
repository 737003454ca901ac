import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { DecideResponse__Output } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../../support/engine.ts";
import { fixtures, payment } from "../../support/fixtures.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { until } from "../../support/until.ts";

const catalogue = (connection: string) => ({
  sources: {
    customers: { kind: "redis", connection, layout: "hash", key: "customer:{customer_id}", timeoutMs: 2_000 },
    segments: { kind: "redis", connection, layout: "json", key: "segment:{segment}", timeoutMs: 2_000 },
    blocked: { kind: "redis", connection, layout: "string", key: "blocked:{customer_id}", timeoutMs: 2_000 },
  },
  features: {
    customer_id: { from: "request", path: "customer_id", type: "string", required: true },
    amount: { from: "request", path: "amount", type: "double", required: true },
    segment: { from: "customers", path: "segment", type: "string" },
    mean_amount: { from: "customers", path: "mean_amount", type: "double" },
    limit: { from: "segments", path: "$.limits.single", type: "double" },
    is_blocked: { from: "blocked", path: "$", type: "boolean" },
  },
});

/** @param factor of the limit, to have different documents. */
function policy(factor: number): object {
  return {
    id: "payments",
    settle: "complete",
    deadlineMs: 5_000,
    outcomes: ["decline", "review", "approve"],
    default: "approve",
    rules: [
      {
        name: "blocked",
        conditions: { all: [{ fact: "is_blocked", operator: "equal", value: true }] },
        event: { type: "decline", params: { reason: "R01" } },
      },
      {
        name: "over-the-limit",
        onUnknown: "fire",
        conditions: {
          any: [
            { fact: "amount", operator: "greaterThan", value: { fact: "limit" } },
            { fact: "mean_amount", operator: "greaterThan", value: factor },
          ],
        },
        event: { type: "review", params: { reason: "R02" } },
      },
    ],
    reasons: { R01: { internal: "Blocked" }, R02: { internal: "Over the limit, or nobody knows" } },
  };
}

describe("an engine with redis sources", function () {
  this.timeout(60_000);
  const clean = cleanUp();
  let redis: RedisServer;
  let policiesDir: string;

  beforeEach(async () => {
    redis = await startRedis(clean);
    policiesDir = await clean.folder();
    await writeFile(path.join(policiesDir, "features.json"), JSON.stringify(catalogue(`redis://${redis.address}`)));
    await writeFile(path.join(policiesDir, "payments.json"), JSON.stringify(policy(100)));
  });

  async function fill(): Promise<void> {
    const client = redis.client();
    await client.hset("customer:alice", { segment: "gold", mean_amount: "20.5" });
    await client.hset("customer:bob", { segment: "gold", mean_amount: "20.5" });
    await client.set("segment:gold", '{"limits":{"single":500}}');
    await client.set("blocked:bob", "true");
  }

  const start = () => startEngine(clean, { policiesDir, modelsDir: fixtures.modelsDir, reloadMs: 50 });
  let requests = 0;
  const decide = ({ client }: RunningEngine, event: Record<string, string | number> = {}) =>
    client.decide(payment(`r${requests++}`, event));
  const sources = ({ sources }: DecideResponse__Output) =>
    Object.fromEntries(sources.map(({ name, status }) => [name, status]));

  it("decides on what is there, a key made of what another source answers", async () => {
    await fill();
    const engine = await start();
    const outcomes = await Promise.all([
      decide(engine),
      decide(engine, { amount: 501 }),
      decide(engine, { customer_id: "bob" }),
      decide(engine, { customer_id: "nobody" }),
    ]);
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ["approve", "review", "decline", "review"],
    );
    assert.deepEqual(sources(outcomes[2]!), { customers: "OK", segments: "OK", blocked: "OK" });
    assert.deepEqual(sources(outcomes[3]!), { customers: "NOT_FOUND", segments: "SKIPPED", blocked: "NOT_FOUND" });
  });

  it("starts while Redis is down, decides without it, and with it as soon as it is there", async () => {
    await redis.kill();
    const engine = await start();
    const without = await decide(engine);
    assert.equal(without.outcome, "review");
    assert.equal(without.completeness, "DEGRADED");
    assert.deepEqual(sources(without), { customers: "ERROR", segments: "SKIPPED", blocked: "ERROR" });
    await redis.restart();
    await fill();
    await until(async () => (await decide(engine, { customer_id: "bob" })).outcome === "decline");
  });

  it("keeps its connection and every answer while documents are swapped", async () => {
    await fill();
    const engine = await start();
    const admin = redis.client();
    const connections = async () =>
      [...`${await admin.client("LIST")}`.matchAll(/^id=(\d+) .* name=verdict /gm)].map(([, id]) => id);
    await decide(engine);
    const before = await connections();
    assert.equal(before.length, 1);
    const { digest } = engine.engine.bundles.current();
    for (let swap = 0; swap < 10; swap++) {
      const last = engine.engine.bundles.current().digest;
      await writeFile(path.join(policiesDir, "payments.json"), JSON.stringify(policy(101 + swap)));
      await until(async () => {
        const answer = await decide(engine, { customer_id: "bob" });
        assert.deepEqual(sources(answer), { customers: "OK", segments: "OK", blocked: "OK" });
        return engine.engine.bundles.current().digest !== last;
      });
    }
    assert.notEqual(engine.engine.bundles.current().digest, digest);
    assert.deepEqual(await connections(), before);
    await engine.stop();
    await until(async () => (await connections()).length === 0);
  });
});

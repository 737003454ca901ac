import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import type { Json } from "../../../../src/domain/event.ts";
import { cleanUp } from "../../../support/clean-up.ts";
import { explanationOf, metric, type RunningEngine, startEngine } from "../../../support/engine.ts";
import { startProxy, type Proxy as TcpProxy } from "../../../support/faults/proxy.ts";
import { payment } from "../../../support/fixtures.ts";
import { type RedisServer, startRedis } from "../../../support/redis/server.ts";
import { until } from "../../../support/until.ts";
import { resultsOf, statusesOf, writeDocuments } from "./support.ts";

const mark = "verdict:list";

describe("an engine with lists that are Redis sets", function () {
  this.timeout(60_000);
  const clean = cleanUp(after);
  let redis: RedisServer;
  let admin: Redis;
  let proxy: TcpProxy;
  let engine: RunningEngine;
  let requests = 0;

  before(async () => {
    redis = await startRedis(clean);
    admin = redis.client();
    proxy = await startProxy(clean, { to: redis });
    engine = await startEngine(clean, await writeDocuments(clean, `redis://${proxy.address}`, { timeoutMs: 300 }));
  });
  beforeEach(async () => {
    await admin.flushall();
    await admin.sadd("list:blocked", "mallory", "d9", "7", mark);
    await admin.sadd("list:trusted", "d1", mark);
    await until(async () => (await decide({ customer_id: "nobody" })).completeness === "COMPLETE");
  });

  const decide = (event: Readonly<Record<string, Json>> = {}, explain = false) =>
    engine.client.decide({ ...payment(`r${requests++}`, { device_id: "d1", ...event }), explain });

  it("asks them about every event, each feature and list once", async () => {
    const answer = await decide();
    assert.equal(answer.outcome, "approve");
    assert.equal(answer.completeness, "COMPLETE");
    assert.deepEqual(statusesOf(answer), {
      "customer_id in blocked": "OK",
      "device_id in trusted": "OK",
      "device_id in blocked": "OK",
    });
    assert.ok(answer.sources.every(({ kind }) => kind === "redis"));
    assert.equal((await decide({ customer_id: "mallory" })).outcome, "decline");
    assert.equal((await decide({ device_id: "d2" })).outcome, "review");
    assert.deepEqual(resultsOf(await decide({ device_id: "d9" })), { untrusted: "FIRED", "blocked-device": "FIRED" });
  });

  it("sees a change of them in the next decision", async () => {
    const { digest } = engine.engine.bundles.current();
    assert.equal((await decide({ customer_id: "eve" })).outcome, "approve");
    await admin.sadd("list:blocked", "eve");
    assert.equal((await decide({ customer_id: "eve" })).outcome, "decline");
    await admin.srem("list:blocked", "eve");
    assert.equal((await decide({ customer_id: "eve" })).outcome, "approve");
    assert.equal(engine.engine.bundles.current().digest, digest);
  });

  it("knows an empty one, and that the mark is on none", async () => {
    await admin.srem("list:blocked", "mallory", "d9", "7");
    const empty = await decide({ customer_id: "mallory" });
    assert.deepEqual([empty.outcome, empty.completeness], ["approve", "COMPLETE"]);
    assert.equal((await decide({ customer_id: mark })).outcome, "approve");
  });

  it("compares entries as they stand", async () => {
    for (const customer_id of ["Mallory", "mallory ", "", "07", "\ud800"])
      assert.equal((await decide({ customer_id })).outcome, "approve", JSON.stringify(customer_id));
    assert.equal((await decide({ customer_id: "7" })).outcome, "decline");
  });

  it("asks nothing about a feature that is missing", async () => {
    const answer = await decide({ device_id: null });
    assert.deepEqual(statusesOf(answer), {
      "customer_id in blocked": "OK",
      "device_id in trusted": "SKIPPED",
      "device_id in blocked": "SKIPPED",
    });
    assert.equal(answer.completeness, "PARTIAL");
    assert.deepEqual(resultsOf(answer), { untrusted: "UNKNOWN", "blocked-device": "UNKNOWN" });
  });

  it("explains what was compared, and where it comes from", async () => {
    const { features, rules } = explanationOf(await decide({ customer_id: "mallory" }, true));
    assert.deepEqual(features["customer_id in blocked"], {
      type: "boolean",
      value: true,
      state: "present",
      origin: "list blocked",
    });
    const { children } = rules.blocked as { children: object[] };
    assert.deepEqual(children, [
      { kind: "leaf", fact: "customer_id", operator: "inList", threshold: "blocked", actual: "mallory", result: true },
    ]);
  });

  const faults: readonly [name: string, status: "ERROR" | "TIMEOUT", reason: string, fault: () => Promise<unknown>][] =
    [
      ["is lost", "ERROR", "error", () => admin.del("list:blocked")],
      ["was emptied of its mark too", "ERROR", "error", () => admin.srem("list:blocked", mark)],
      ["is something else than a set", "ERROR", "error", () => admin.set("list:blocked", "mallory")],
      ["is behind a black hole", "TIMEOUT", "timeout", () => proxy.set({ blackHole: true })],
      ["is slower than anybody waits", "TIMEOUT", "timeout", () => proxy.set({ delayMs: 500 })],
    ];
  for (const [name, status, reason, fault] of faults)
    it(`decides without one that ${name}, says so, and is whole again after it`, async () => {
      await fault();
      const answer = await decide({ customer_id: "mallory" }, true);
      assert.equal(answer.completeness, "DEGRADED");
      assert.equal(statusesOf(answer)["customer_id in blocked"], status);
      assert.equal(resultsOf(answer).blocked, "UNKNOWN");
      assert.ok(answer.missing_features.includes("customer_id in blocked"));
      const { missing } = explanationOf(answer).features["customer_id in blocked"] as { missing?: string };
      assert.equal(missing, reason);
      await proxy.heal();
      await admin.del("list:blocked");
      await admin.sadd("list:blocked", "mallory", mark);
      await until(async () => (await decide({ customer_id: "mallory" })).outcome === "decline");
    });

  it("decides without any while the server is down, and with them as soon as it is there and filled", async () => {
    await redis.kill();
    const answer = await decide({ customer_id: "mallory" });
    assert.deepEqual([answer.outcome, answer.completeness], ["approve", "DEGRADED"]);
    assert.deepEqual([...new Set(Object.values(statusesOf(answer)))], ["ERROR"]);
    await redis.restart();
    // It comes back empty: that is not "nobody is blocked".
    await until(async () => (await admin.ping()) === "PONG");
    assert.equal((await decide()).completeness, "DEGRADED");
  });

  it("asks a list that goes on failing no more until a trial finds it mended", async () => {
    await admin.del("list:blocked");
    const statusNow = async (customer_id = "mallory") =>
      statusesOf(await decide({ customer_id }))["customer_id in blocked"];
    await until(async () => (await statusNow()) === "SKIPPED");
    assert.equal(await metric(engine.httpAddress, 'verdict_source_breaker_open{source="list blocked"}'), 1);
    const answer = await decide({ customer_id: "mallory" });
    assert.deepEqual([answer.completeness, statusesOf(answer)["device_id in trusted"]], ["DEGRADED", "OK"]);
    await admin.sadd("list:blocked", "mallory", mark);
    await until(async () => (await decide({ customer_id: "mallory" })).outcome === "decline");
  });

  it("counts fetches by what was asked", async () => {
    const sample = 'verdict_source_fetches_total{source="customer_id in blocked",status="OK"}';
    const before = await metric(engine.httpAddress, sample);
    await decide();
    assert.equal((await metric(engine.httpAddress, sample)) - before, 1);
  });
});

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { DecideResponse__Output } from "../../src/server/generated/verdict/v1/DecideResponse.ts";
import { loadTable } from "../../src/sources/table/load.ts";
import { cleanUp } from "../support/clean-up.ts";
import { explanationOf, featuresOf, type RunningEngine, startEngine } from "../support/engine.ts";
import { noon, payment } from "../support/fixtures.ts";

const hour = 3_600_000;

/** The answer with what differs from run to run checked for its form and taken out. */
function steady(answer: DecideResponse__Output) {
  const { decision_id, trace_id, elapsed_ms, sources, policy, missing_features, explanation: _, ...rest } = answer;
  assert.match(decision_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(trace_id, /^[0-9a-f]{32}$/);
  assert.match(policy?.digest ?? "", /^[0-9a-f]{64}$/);
  assert.ok(elapsed_ms > 0);
  for (const source of sources) {
    assert.ok(source.start_ms > 0 && source.start_ms + source.duration_ms <= elapsed_ms, JSON.stringify(source));
    assert.ok(source.contribution_ms >= 0 && source.saving_ms >= 0 && source.slack_ms >= 0, JSON.stringify(source));
    assert.equal(source.critical, source.contribution_ms > 0, JSON.stringify(source));
  }
  const named = sources.map(({ name, kind, status }) => ({ name, kind, status }));
  return {
    ...rest,
    policy: policy?.id,
    missing_features: missing_features.toSorted(),
    sources: named.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const approved = {
  outcome: "approve",
  reasons: [],
  scores: [],
  rules: [],
  policy: "payments",
  completeness: "COMPLETE",
  missing_features: [],
  settled_early: false,
  sources: [
    { name: "customer_spend", kind: "aggregate", status: "OK" },
    { name: "customers", kind: "table", status: "OK" },
    { name: "terminal_activity", kind: "aggregate", status: "OK" },
  ],
};

describe("Decide", () => {
  const clean = cleanUp();
  let engine: RunningEngine;
  beforeEach(async () => {
    const dataDir = await clean.folder();
    const file = path.join(dataDir, "customers.csv");
    await writeFile(file, "id,country\nalice,FR\nbob,DE\n");
    await loadTable({ dataDir, name: "customers", file, key: ["id"], columns: { id: "string", country: "string" } });
    engine = await startEngine(clean, { dataDir });
  });

  it("approves an ordinary payment, with everything the API promises in its answer", async () => {
    const answer = await engine.client.decide(payment("r1"));
    assert.deepEqual(steady(answer), { ...approved, request_id: "r1" });
    assert.equal(answer.explanation, null);
  });

  it("declines with the reason and the rule that fired", async () => {
    const answer = await engine.client.decide(payment("r1", { amount: 1500 }));
    assert.deepEqual(steady(answer), {
      ...approved,
      request_id: "r1",
      outcome: "decline",
      reasons: [{ code: "R01", message: "A large part of the day's spending", rule: "large" }],
      rules: [{ name: "large", outcome: "decline", mode: "live", result: "FIRED" }],
    });
  });

  it("reports a shadow rule that fired, and leaves the outcome as it was", async () => {
    const answer = await engine.client.decide(payment("r1", { customer_id: "bob" }, noon - 9 * hour));
    const rules = [{ name: "abroad-at-night", outcome: "review", mode: "shadow", result: "FIRED" }];
    assert.deepEqual(steady(answer), { ...approved, request_id: "r1", rules });
  });

  it("answers at the gate without asking any source, and counts the event all the same", async () => {
    const answer = await engine.client.decide(payment("r1", { amount: 0 }));
    assert.deepEqual(steady(answer), {
      ...approved,
      request_id: "r1",
      reasons: [{ code: "G01", message: "Nothing is paid", rule: "gate" }],
      sources: approved.sources.map((source) => ({ ...source, status: "NOT_AWAITED" })),
    });
    assert.equal((await featuresOf(engine.client)).customer_count_1d, 2);
  });

  it("names what is missing or stood in for, and is PARTIAL then", async () => {
    const answer = await engine.client.decide(payment("r1", { customer_id: "nobody", terminal: null }));
    assert.deepEqual(steady(answer), {
      ...approved,
      request_id: "r1",
      completeness: "PARTIAL",
      rules: [{ name: "terminal-with-frauds", outcome: "review", mode: "live", result: "UNKNOWN" }],
      missing_features: ["home_country", "terminal_count_7d", "terminal_frauds_7d", "terminal_id"],
      sources: [
        approved.sources[0],
        { name: "customers", kind: "table", status: "NOT_FOUND" },
        { name: "terminal_activity", kind: "aggregate", status: "SKIPPED" },
      ],
    });
  });

  it("decides DEGRADED, and does not fail, while a table is not loaded", async () => {
    const { client } = await startEngine(clean);
    const answer = await client.decide(payment("r1"));
    assert.deepEqual(steady(answer), {
      ...approved,
      request_id: "r1",
      completeness: "DEGRADED",
      missing_features: ["home_country"],
      sources: [approved.sources[0], { name: "customers", kind: "table", status: "ERROR" }, approved.sources[2]],
    });
  });

  it("explains each feature and each rule when asked", async () => {
    const answer = await engine.client.decide({ ...payment("r1", { customer_id: "bob" }), explain: true });
    const rules = ["large", "abroad-at-night", "terminal-with-frauds"];
    assert.deepEqual(
      answer.rules.map(({ name, result }) => ({ name, result })),
      rules.map((name) => ({ name, result: "NOT_FIRED" })),
    );
    const explained = explanationOf(answer);
    assert.deepEqual(explained.features, {
      amount: { type: "double", value: 25, state: "present", origin: "event" },
      customer_count_1d: { type: "integer", value: 1, state: "present", origin: "customer_spend" },
      customer_id: { type: "string", value: "bob", state: "present", origin: "event" },
      customer_sum_1d: { type: "double", value: 25, state: "present", origin: "customer_spend" },
      home_country: { type: "string", value: "DE", state: "present", origin: "customers" },
      is_night: { type: "boolean", value: false, state: "present", origin: "derived" },
      occurred_at: { type: "timestamp", value: new Date(noon).toISOString(), state: "present", origin: "event" },
      share_of_day: { type: "double", value: 1, state: "present", origin: "derived" },
      terminal_count_7d: { type: "integer", value: 1, state: "present", origin: "terminal_activity" },
      terminal_frauds_7d: { type: "double", value: 0, state: "present", origin: "terminal_activity" },
      terminal_id: { type: "string", value: "t1", state: "present", origin: "event" },
    });
    assert.deepEqual(Object.keys(explained.rules).sort(), ["gate", ...rules].sort());
  });

  it("counts nothing in a dry run, which sees its own event all the same", async () => {
    const dry = { ...payment("r1"), dry_run: true, explain: true };
    for (const answer of [await engine.client.decide(dry), await engine.client.decide(dry)])
      assert.equal(explanationOf(answer).features.customer_count_1d?.value, 1);
  });

  it("counts events by when they occurred, not by when they came", async () => {
    await engine.client.decide(payment("yesterday", {}, noon - 24 * hour));
    await engine.client.decide(payment("this morning", {}, noon - 24 * hour + 1));
    await engine.client.decide(payment("tomorrow", {}, noon + 1));
    assert.equal((await featuresOf(engine.client)).customer_count_1d, 2);
  });

  it("takes an event without a time as of now", async () => {
    const { occurred_at: _, ...request } = payment("r1");
    const before = Date.now();
    const answer = await engine.client.decide({ ...request, explain: true });
    const value = Date.parse(String(explanationOf(answer).features.occurred_at?.value));
    assert.ok(value >= before && value <= Date.now(), `${value}`);
  });

  it("continues the caller's trace", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const metadata = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    assert.equal((await engine.client.decide(payment("r1"), { metadata })).trace_id, traceId);
  });
});

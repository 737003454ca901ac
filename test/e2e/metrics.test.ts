import assert from "node:assert/strict";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cleanUp } from "../support/clean-up.ts";
import { startCollector } from "../support/collector.ts";
import { metric, type RunningEngine, startEngine } from "../support/engine.ts";
import { fixtures, payment } from "../support/fixtures.ts";
import { until } from "../support/until.ts";

const openMetrics = { accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5" };

const policy = {
  id: "payments",
  settle: "complete",
  deadlineMs: 5_000,
  outcomes: ["decline", "approve"],
  default: "approve",
  rules: [
    {
      name: "much",
      conditions: { all: [{ fact: "customer_sum_1d", operator: "greaterThan", value: 1_000 }] },
      event: { type: "decline" },
    },
  ],
};

describe("the metrics of an engine", () => {
  const clean = cleanUp();

  const scrape = async ({ httpAddress }: RunningEngine, headers: Record<string, string> = {}) =>
    (await fetch(`http://${httpAddress}/metrics`, { headers })).text();
  const decided = (engine: RunningEngine, count: number) =>
    until(
      async () => (await metric(engine.httpAddress, 'verdict_decision_seconds_count{policy="payments"}')) === count,
    );

  it("show a trace that is kept, and none that is not", async () => {
    const { endpoint } = await startCollector(clean);
    const policiesDir = await clean.folder();
    // Nothing that could fail: a degraded decision's trace is kept.
    const { sources, features } = JSON.parse(await readFile(path.join(fixtures.policiesDir, "features.json"), "utf8"));
    const { customer_spend } = sources;
    const { customer_id, amount, customer_sum_1d } = features;
    await writeFile(
      path.join(policiesDir, "features.json"),
      JSON.stringify({ sources: { customer_spend }, features: { customer_id, amount, customer_sum_1d } }),
    );
    await writeFile(path.join(policiesDir, "payments.json"), JSON.stringify(policy));
    const engine = await startEngine(clean, { policiesDir, otlpEndpoint: endpoint, traceOneIn: 1_000_000 });
    const sampled = { metadata: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" } };
    const kept = await engine.client.decide(payment("kept"), sampled);
    const other = await engine.client.decide(payment("not kept"));
    await decided(engine, 2);
    const text = await scrape(engine, openMetrics);
    assert.match(text, new RegExp(`^verdict_decision_seconds_bucket.* # \\{trace_id="${kept.trace_id}"\\}`, "m"));
    assert.match(text, new RegExp(`^verdict_source_seconds_bucket.* # \\{trace_id="${kept.trace_id}"\\}`, "m"));
    assert.ok(!text.includes(other.trace_id));
    assert.doesNotMatch(await scrape(engine), /trace_id/, "the plain format knows no exemplars");
  });

  it("show no trace when none is sent, even if the caller keeps its own", async () => {
    const engine = await startEngine(clean);
    const sampled = { metadata: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" } };
    await engine.client.decide(payment("r1"), sampled);
    await decided(engine, 1);
    assert.doesNotMatch(await scrape(engine, openMetrics), /trace_id/);
  });

  it("gain one series from 500 calls for made-up policies, with made-up attributes", async () => {
    const engine = await startEngine(clean);
    const series = async () => (await scrape(engine)).split("\n").filter((line) => line.startsWith("verdict_")).length;
    const call = async (at: number) => {
      const event = { [`made_up_${at}`]: `made_up_${at}` };
      if (at % 10 === 0) await engine.client.decide(payment(`r${at}`, event));
      else await assert.rejects(engine.client.decide({ ...payment(`r${at}`, event), policy: `made_up_${at}` }));
    };
    await call(0);
    await decided(engine, 1);
    const before = await series();
    const calls = Array.from({ length: 499 }, (_, at) => at + 1);
    for (let at = 0; at < calls.length; at += 200) await Promise.all(calls.slice(at, at + 200).map(call));
    await decided(engine, 50);
    assert.equal(await series(), before + 1, "that of refused calls");
    assert.doesNotMatch(await scrape(engine), /made_up/);
  }).timeout(60_000);

  it("forget the names of documents that are replaced", async () => {
    const policiesDir = path.join(await clean.folder(), "policies");
    await cp(fixtures.policiesDir, policiesDir, { recursive: true });
    const at = (name: string) => path.join(policiesDir, name);
    const engine = await startEngine(clean, { policiesDir, reloadMs: 60_000 });
    await engine.client.decide(payment("r1"));
    await decided(engine, 1);
    const document = JSON.parse(await readFile(at("payments.json"), "utf8"));
    await writeFile(at("transfers.json"), JSON.stringify({ ...document, id: "transfers" }));
    await rm(at("payments.json"));
    await engine.engine.bundles.refresh();
    await engine.client.decide({ ...payment("r2"), policy: "transfers" });
    const named = async () => [...new Set((await scrape(engine)).match(/policy="[^"]*"/g))];
    await until(async () => (await named()).length > 0);
    assert.deepEqual(await named(), ['policy="transfers"']);
  });
});

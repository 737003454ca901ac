import assert from "node:assert/strict";
import { createMetrics, type Metrics } from "../../../src/observe/metrics/metrics.ts";
import { aDecision, step } from "../a-decision.ts";

async function lines(metrics: Metrics): Promise<string[]> {
  return (await metrics.render()).text.split("\n").filter((line) => line.startsWith("verdict_"));
}

/** A decision in which every name is another one for each number. */
function madeUp(at: number) {
  const name = `made_up_${at}`;
  return aDecision({
    policy: name,
    outcome: name,
    shadowOutcome: `${name}_too`,
    rules: [{ name, outcome: name, mode: "shadow", result: "FIRED" }],
    scores: [{ feature: name, model: name, version: "1", value: 0.5, percentile: undefined, band: "", status: "OK" }],
    missingFeatures: new Map([[name, "timeout"]]),
    steps: [step({ name, kind: "source" }), step({ name, kind: "model", parts: { adaptMs: 0.1, inferMs: 0.2 } })],
  });
}

describe("the number of series", () => {
  it("stays bounded after decisions by 10,000 policies with as many sources, models, rules and features", async () => {
    const metrics = createMetrics();
    const counts: number[] = [];
    for (let at = 0; at < 10_000; at += 1) {
      metrics.decided(madeUp(at), false);
      metrics.lateAnswer(`made_up_${at}`);
      metrics.list(`made_up_${at}`, 1, true);
      if (at % 5_000 === 4_999) counts.push((await lines(metrics)).length);
    }
    assert.ok(counts[0]! < 75_000, `${counts[0]} lines`);
    assert.ok(counts.at(-1)! - counts[0]! < 100, "it grows no more");
    const text = await lines(metrics);
    assert.ok(text.includes('verdict_decisions_total{policy="other",outcome="other"} 8000'));
    assert.ok(text.includes('verdict_source_fetches_total{source="other",status="OK"} 8000'));
    assert.ok(text.includes('verdict_decision_seconds_count{policy="other"} 9700'));
  }).timeout(30_000);

  it("falls when documents are replaced: names that are gone are gone from the metrics too", async () => {
    const metrics = createMetrics();
    for (let round = 0; round < 100; round += 1) {
      for (let at = 0; at < 100; at += 1) metrics.decided(madeUp(round * 100 + at), false);
      const names = new Set([`made_up_${round * 100}`, `made_up_${round * 100}_too`]);
      metrics.loaded({ policy: names, outcome: names, rule: names, source: names, model: names, feature: names });
    }
    const text = (await lines(metrics)).join("\n");
    assert.deepEqual([...new Set(text.match(/made_up_\d+/g))], ["made_up_9900"]);
    assert.doesNotMatch(text, /"other"/);
    metrics.decided(madeUp(9_900), false);
    assert.ok(
      (await lines(metrics)).includes('verdict_decisions_total{policy="made_up_9900",outcome="made_up_9900"} 2'),
    );
  });
});

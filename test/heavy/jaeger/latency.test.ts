import assert from "node:assert/strict";
import path from "node:path";
import { toFields } from "../../../src/client/value.ts";
import type { LatencyReport } from "../../../src/latency/report.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startEngine } from "../../support/engine.ts";
import { startJaeger } from "../../support/jaeger/jaeger.ts";
import { runVerdict } from "../../support/run-verdict.ts";
import { policies } from "../../support/thirty-two/documents.ts";
import { startThirtyTwo } from "../../support/thirty-two/thirty-two.ts";

const slow = "b3";
const decisions = 20;

describe("verdict latency", () => {
  const clean = cleanUp();

  it("says the same of traces in a real Jaeger as of a timings file", async () => {
    const jaeger = await startJaeger(clean);
    const thirtyTwo = await startThirtyTwo(clean, {
      takesMs: 5,
      slow: { [slow]: 60 },
      deadlineMs: 20_000,
      timeoutMs: 15_000,
    });
    const timingsFile = path.join(await clean.folder(), "timings.jsonl");
    const tracing = { otlpEndpoint: jaeger.otlpEndpoint, traceOneIn: 1, traceMaxPerSecond: 1_000 };
    const engine = await startEngine(clean, { ...thirtyTwo.documents, ...tracing, timingsFile });
    for (let at = 0; at < decisions; at += 1) {
      const event = toFields({ order_id: `o${at}` });
      const { trace_id } = await engine.client.decide({ request_id: `r${at}`, policy: policies.complete, event });
      await jaeger.trace(trace_id);
    }
    await engine.stop();
    const url = jaeger.api.replace(/\/api$/, "");
    const [fromFile, fromJaeger] = await Promise.all(
      [[timingsFile], ["--jaeger", url]].map(async (from) => {
        const { code, out, err } = await runVerdict(["latency", "--json", ...from]);
        assert.equal(code, 0, err);
        const { policies: all }: LatencyReport = JSON.parse(out);
        assert.equal(all.length, 1);
        return all[0]!;
      }),
    );
    assert.equal(fromFile!.decisions, decisions);
    assert.equal(fromJaeger!.decisions, decisions);
    assert.equal(fromFile!.steps[0]!.name, slow);
    for (const step of fromFile!.steps.filter(({ kind, runs }) => kind === "source" && runs > 0)) {
      const same = fromJaeger!.steps.find(({ kind, name }) => kind === step.kind && name === step.name);
      assert.ok(same !== undefined, `${step.name} is in the traces`);
      // Spans are apart by microseconds, and have no derived features between them.
      const near = (found: number, expected: number, what: string) =>
        assert.ok(Math.abs(found - expected) <= 1 + 0.02 * expected, `${step.name}, ${what}: ${found}, ${expected}`);
      near(same.p50Ms, step.p50Ms, "p50");
      near(same.contributionMs / decisions, step.contributionMs / decisions, "contribution");
      near(same.soleMs / decisions, step.soleMs / decisions, "alone");
      for (const [scenario, quantiles] of Object.entries(step.whatIf)) {
        near(same.whatIf[scenario as keyof typeof step.whatIf]!.p50Ms, quantiles.p50Ms, scenario);
      }
    }
  });
});

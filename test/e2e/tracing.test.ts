import assert from "node:assert/strict";
import { startChild } from "../support/child.ts";
import { cleanUp } from "../support/clean-up.ts";
import { startCollector } from "../support/collector.ts";
import { withEnvironment } from "../support/environment.ts";
import { payment } from "../support/fixtures.ts";
import { until } from "../support/until.ts";

function startWith(clean: ReturnType<typeof cleanUp>, endpoint: string) {
  return withEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, () => startChild(clean));
}

describe("an engine that sends traces", () => {
  const clean = cleanUp();

  it("sends each decision to the collector as OTLP, under the trace id it answered with, without its values", async () => {
    const { endpoint, exports } = await startCollector(clean);
    const { client } = await startWith(clean, endpoint);
    const secret = { customer_id: "SECRET-id", terminal: { id: "SECRET-terminal" }, other: "SECRET-x" };
    const { trace_id, decision_id } = await client.decide(payment("SECRET-request", secret));
    await until(() => exports.length > 0);
    const [{ path, contentType, bytes }] = exports as [(typeof exports)[number]];
    assert.deepEqual([path, contentType], ["/v1/traces", "application/x-protobuf"]);
    for (const part of [
      Buffer.from(trace_id, "hex"),
      decision_id,
      "verdict.v1.DecisionService/Decide",
      "source customers",
    ])
      assert.ok(bytes.includes(part), String(part));
    assert.ok(!bytes.includes("SECRET"));
  });

  it("continues the caller's trace, under the caller's span", async () => {
    const { endpoint, exports } = await startCollector(clean);
    const { client } = await startWith(clean, endpoint);
    const [traceId, parentSpanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
    await client.decide(payment("r1"), { metadata: { traceparent: `00-${traceId}-${parentSpanId}-01` } });
    await until(() => exports.length > 0);
    for (const id of [traceId, parentSpanId]) assert.ok(exports[0]?.bytes.includes(Buffer.from(id, "hex")), id);
  });

  async function decidesAndStops(endpoint: string): Promise<void> {
    const child = await startWith(clean, endpoint);
    for (const id of ["r1", "r2", "r3"]) assert.equal((await child.client.decide(payment(id))).outcome, "approve");
    process.kill(child.pid, "SIGTERM");
    assert.equal(await child.exitCode, 0);
  }

  it("decides and stops as ever when no collector is there", () => decidesAndStops("http://127.0.0.1:1"));

  it("decides and stops as ever when the collector never answers", async () => {
    const { endpoint } = await startCollector(clean, () => {});
    await decidesAndStops(endpoint);
  });
});

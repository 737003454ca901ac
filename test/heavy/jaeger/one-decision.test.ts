import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { toFields } from "../../../src/client/value.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../../support/engine.ts";
import { checkTrace, rootOf } from "../../support/jaeger/check-trace.ts";
import { type DeviceService, startDeviceService } from "../../support/jaeger/device-service.ts";
import { type Jaeger, startJaeger } from "../../support/jaeger/jaeger.ts";

const hex = (bytes: number) => randomBytes(bytes).toString("hex");
/** Nanoseconds since the epoch, to the microsecond. */
const nowNs = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;

describe("a decision in Jaeger", () => {
  const clean = cleanUp(after);
  let jaeger: Jaeger;
  let devices: DeviceService;
  let engine: RunningEngine;

  before(async () => {
    jaeger = await startJaeger(clean);
    devices = await startDeviceService(clean);
    const { policiesDir } = devices;
    engine = await startEngine(clean, { policiesDir, otlpEndpoint: jaeger.otlpEndpoint });
  });

  const decide = (device: string, amount = 10, metadata: Readonly<Record<string, string>> = {}) =>
    engine.client.decide(
      { request_id: device, policy: "devices", event: toFields({ device_id: device, amount }) },
      { metadata },
    );

  it("has the shape, the attributes and the times of the answer", async () => {
    const beforeNs = nowNs();
    const answer = await decide("d1", 5000);
    const afterNs = nowNs();
    const spans = await jaeger.trace(answer.trace_id);
    checkTrace(spans, answer);
    const { startNs, endNs, attributes } = rootOf(spans);
    assert.ok(startNs >= beforeNs && endNs <= afterNs, `${startNs}…${endNs} lies in ${beforeNs}…${afterNs}`);
    assert.equal(attributes["verdict.sampling_reason"], "outcome");
    assert.equal(attributes["verdict.reasons"], "R01");
    const rules = spans.find(({ name }) => name === "rules devices")!;
    assert.deepEqual(rules.events, [
      {
        name: "rule fired",
        attributes: { "verdict.rule": "large", "verdict.rule.outcome": "decline", "verdict.rule.mode": "live" },
      },
    ]);
  });

  it("names in the source's span what the service was called with", async () => {
    const { trace_id } = await decide("d2");
    const spans = await jaeger.trace(trace_id);
    const source = spans.find(({ name }) => name === "source device")!;
    assert.equal(source.kind, "CLIENT");
    assert.equal(devices.asked.get("d2")?.traceparent, `00-${trace_id}-${source.spanId}-03`);
  });

  it("is part of its caller's trace, under the caller's span, and carries tracestate on but no baggage", async () => {
    const [traceId, spanId] = [hex(16), hex(8)];
    const startNs = nowNs();
    const metadata = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: "vendor=x", baggage: "customer=SECRET" };
    const answer = await decide("d3", 10, metadata);
    await sendClientSpan(jaeger, { traceId, spanId, startNs, endNs: nowNs() });
    assert.equal(answer.trace_id, traceId);
    const spans = await jaeger.trace(traceId);
    const root = rootOf(spans);
    checkTrace(spans, answer);
    assert.deepEqual([root.parentSpanId, root.traceState], [spanId, "vendor=x"]);
    assert.equal(root.attributes["verdict.sampling_reason"], "parent");
    const caller = spans.find((span) => span.spanId === spanId)!;
    assert.deepEqual([caller.service, caller.parentSpanId], ["shop", ""]);
    assert.ok(root.startNs >= caller.startNs && root.endNs <= caller.endNs, "it lies within the caller's span");
    const { tracestate, baggage } = devices.asked.get("d3")!;
    assert.deepEqual([tracestate, baggage], ["vendor=x", undefined]);
  });

  it("shows a source that failed, and what of the decision it cost", async () => {
    const answer = await decide("broken-1");
    const spans = await jaeger.trace(answer.trace_id);
    checkTrace(spans, answer);
    const source = spans.find(({ name }) => name === "source device")!;
    assert.deepEqual([source.failed, source.attributes["verdict.source.status"]], [true, "ERROR"]);
    assert.equal(rootOf(spans).attributes["verdict.sampling_reason"], "degraded");
  });

  it("links a fetch that two decisions shared to the span that went out, in the other's trace", async () => {
    const answers = await Promise.all([1, 2].map((at) => decideShared(`shared-${at}`)));
    const traces = await Promise.all(answers.map(({ trace_id }) => jaeger.trace(trace_id)));
    const sources = traces.map((spans) => spans.find(({ name }) => name === "source device")!);
    const [, , sent] = String(devices.asked.get("slow-shared")?.traceparent).split("-");
    const leader = sources.findIndex(({ spanId }) => spanId === sent);
    const [first, second] = [sources[leader]!, sources[1 - leader]!];
    assert.equal(first.attributes["verdict.source.shared"], false);
    assert.equal(second.attributes["verdict.source.shared"], true);
    const links = second.links.map(({ traceId, spanId }) => ({ traceId, spanId }));
    assert.deepEqual(links, [{ traceId: answers[leader]!.trace_id, spanId: first.spanId }]);
  });

  const decideShared = (request_id: string) =>
    engine.client.decide({ request_id, policy: "devices", event: toFields({ device_id: "slow-shared", amount: 1 }) });
});

/** Sends the span of a caller that traces its own calls, as OTLP in JSON. */
async function sendClientSpan(
  { otlpEndpoint }: Jaeger,
  { traceId, spanId, startNs, endNs }: Readonly<{ traceId: string; spanId: string; startNs: bigint; endNs: bigint }>,
): Promise<void> {
  const span = { traceId, spanId, name: "pay", kind: 3, startTimeUnixNano: `${startNs}`, endTimeUnixNano: `${endNs}` };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${otlpEndpoint}/v1/traces`, { method: "POST", headers, body });
  assert.equal(response.status, 200, await response.text());
}

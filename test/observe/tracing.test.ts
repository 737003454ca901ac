import assert from "node:assert/strict";
import { InMemorySpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Decision } from "../../src/domain/decision.ts";
import { samplingReason, startTracingTo } from "../../src/observe/tracing.ts";
import { aDecision } from "./a-decision.ts";

const reason = { code: "R01", message: "", rule: "large" };
const sampled = { ...aDecision().trace, sampled: true };

/** What is exported of decisions. */
async function exported(keepOneIn: number, decisions: readonly Decision[]): Promise<readonly ReadableSpan[]> {
  const spans: ReadableSpan[] = [];
  const exporter = new (class extends InMemorySpanExporter {
    // Shutting down empties this exporter.
    override async shutdown(): Promise<void> {
      spans.push(...this.getFinishedSpans());
    }
  })();
  const tracing = startTracingTo(exporter, { keepOneIn, onDropped: () => assert.fail("a span was lost") });
  for (const decision of decisions) tracing.decided(decision);
  await tracing.shutdown();
  return spans;
}

describe("tracing", () => {
  const cases: readonly { what: string; part: Partial<Decision>; chosen: boolean; reason: string | undefined }[] = [
    { what: "the caller keeps its trace", part: { trace: sampled, reasons: [reason] }, chosen: true, reason: "parent" },
    { what: "it is degraded", part: { completeness: "DEGRADED", reasons: [reason] }, chosen: true, reason: "degraded" },
    { what: "it gave reasons", part: { reasons: [reason] }, chosen: true, reason: "reasons" },
    { what: "it is one in so many", part: {}, chosen: true, reason: "ratio" },
    { what: "nothing keeps it", part: { completeness: "PARTIAL" }, chosen: false, reason: undefined },
  ];
  for (const { what, part, chosen, reason } of cases) {
    it(`keeps a decision's trace for the reason "${reason}" when ${what}`, () => {
      assert.equal(samplingReason(aDecision(part), chosen), reason);
    });
  }

  it("sends one in so many of the ordinary decisions", async () => {
    const spans = await exported(3, new Array(7).fill(aDecision()));
    assert.equal(spans.filter(({ name }) => name === "verdict.v1.DecisionService/Decide").length, 2);
  });

  it("sends the ids fixed at arrival, the caller's span as parent, and nanoseconds at both ends", async () => {
    const { traceId, spanId } = aDecision().trace;
    const parentSpanId = "1111111111111111";
    const spans = await exported(1, [aDecision({ trace: { traceId, spanId, parentSpanId, sampled: true } })]);
    const root = spans.find(({ name }) => name === "verdict.v1.DecisionService/Decide")!;
    assert.deepEqual([root.spanContext().traceId, root.spanContext().spanId], [traceId, spanId]);
    assert.equal(root.parentSpanContext?.spanId, parentSpanId);
    for (const span of spans) assert.equal(span.spanContext().traceId, traceId);
    assert.equal(new Set(spans.map((span) => span.spanContext().spanId)).size, spans.length);

    const parentOf = new Map(spans.map((span) => [span.name, span.parentSpanContext?.spanId]));
    const features = spans.find(({ name }) => name === "features")!;
    assert.equal(parentOf.get("features"), spanId);
    assert.equal(parentOf.get("source customers"), features.spanContext().spanId);

    const source = spans.find(({ name }) => name === "source customers")!;
    assert.deepEqual(
      [source.startTime, source.endTime],
      [
        [1_767_787_200, 1_000_000],
        [1_767_787_200, 2_000_000],
      ],
    );
  });

  it("gives two decisions different ids for all but what the caller gave", async () => {
    const other = { ...aDecision().trace, spanId: "2222222222222222" };
    const spans = await exported(1, [aDecision(), aDecision({ trace: other })]);
    assert.equal(new Set(spans.map((span) => span.spanContext().spanId)).size, spans.length);
  });
});

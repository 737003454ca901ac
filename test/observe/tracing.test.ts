import assert from "node:assert/strict";
import { SpanStatusCode } from "@opentelemetry/api";
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import type { Decision } from "../../src/domain/decision.ts";
import { VerdictError } from "../../src/domain/errors.ts";
import { type KeepSettings, startTracingTo, type TraceCounts } from "../../src/observe/tracing.ts";
import { until } from "../support/until.ts";
import { aDecision } from "./a-decision.ts";

type Take = (spans: ReadableSpan[], done: Parameters<SpanExporter["export"]>[1]) => void;

/** Takes spans as a test says. */
class Taking implements SpanExporter {
  batches = 0;
  take: Take;

  constructor(take: Take) {
    this.take = take;
  }

  export(...[spans, done]: Parameters<Take>): void {
    this.batches += 1;
    this.take(spans, done);
  }

  async shutdown(): Promise<void> {}
}

/** What is exported of decisions, after each arrived. */
async function exported(keepOneIn: number, decisions: readonly Decision[]): Promise<readonly ReadableSpan[]> {
  const spans: ReadableSpan[] = [];
  const exporter = new (class extends InMemorySpanExporter {
    // Shutting down empties this exporter.
    override async shutdown(): Promise<void> {
      spans.push(...this.getFinishedSpans());
    }
  })();
  const { tracing } = started(exporter, { keepOneIn });
  for (const decision of decisions) tracing.decided({ ...decision, trace: tracing.arrived(decision.trace) });
  await tracing.shutdown();
  return spans;
}

function started(exporter: SpanExporter, settings: Partial<KeepSettings> = {}) {
  const counted: Record<string, number> = {};
  const count = (name: string, by = 1) => {
    counted[name] = (counted[name] ?? 0) + by;
  };
  const counts: TraceCounts = {
    kept: (reason) => count(`kept ${reason}`),
    over: (reason) => count(`over ${reason}`),
    lost: (spans) => count("lost", spans),
  };
  return { counted, tracing: startTracingTo(exporter, { keepOneIn: 1, maxPerSecond: 1000, ...settings }, counts) };
}

const rootName = "verdict.v1.DecisionService/Decide";
const declined = aDecision({ outcome: "decline" });

describe("tracing", () => {
  it("sends one in so many of the ordinary decisions, chosen by their ids", async () => {
    const ids = ["8", "7", "f", "0"].map((digit) => digit.repeat(32));
    const spans = await exported(
      2,
      ids.map((traceId) => aDecision({ trace: { ...aDecision().trace, traceId } })),
    );
    const roots = spans.filter(({ name }) => name === rootName);
    assert.deepEqual(
      roots.map((root) => root.spanContext().traceId),
      [ids[0], ids[2]],
    );
  });

  it("sends a failed call as one span with status ERROR", async () => {
    const spans: ReadableSpan[] = [];
    const { tracing, counted } = started(
      new Taking((some, done) => {
        spans.push(...some);
        done({ code: 0 });
      }),
      { keepOneIn: 1_000_000 },
    );
    const call = { arrivedMs: performance.now(), deadlineMs: undefined, trace: aDecision().trace };
    assert.equal(tracing.failed(new TypeError("SECRET"), call), "error");
    assert.equal(tracing.failed(new VerdictError("BAD_EVENT", "SECRET"), call), undefined);
    await tracing.shutdown();
    assert.deepEqual(
      spans.map(({ name, status }) => [name, status.code]),
      [[rootName, SpanStatusCode.ERROR]],
    );
    assert.deepEqual(counted, { "kept error": 1 });
  });

  it("carries the caller's tracestate on in its spans", async () => {
    const trace = { ...aDecision().trace, parentSpanId: "1111111111111111", sampled: true, state: "a=1,b=2" };
    for (const span of await exported(1, [aDecision({ trace })]))
      assert.equal(span.spanContext().traceState?.serialize(), "a=1,b=2");
  });

  it("leaves whole traces away while nobody takes them, and counts each", async () => {
    let answer = (_code: 0 | 1): void => {};
    const waiting = new Taking((_some, done) => {
      answer = (code) => done({ code });
    });
    const { tracing, counted } = started(waiting, { maxPerSecond: 100_000 });
    const rounds = 12_000;
    for (let at = 0; at < rounds; at++) tracing.decided(declined);
    const kept = counted["kept outcome"]!;
    // 11 spans each, of 65,536.
    assert.equal(kept, Math.floor(65_536 / 11));
    const lost = 11 * (rounds - kept);
    assert.equal(counted.lost, lost);
    await until(() => waiting.batches > 0);
    answer(1);
    assert.equal(counted.lost, lost + 2048);
    assert.equal(tracing.decided(declined), undefined, "after a failed export, little may wait");
    waiting.take = (_some, done) => done({ code: 0 });
    await until(() => {
      answer(0);
      return tracing.decided(declined) === "outcome";
    });
    await tracing.shutdown();
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

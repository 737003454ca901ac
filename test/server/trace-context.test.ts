import assert from "node:assert/strict";
import { Metadata } from "@grpc/grpc-js";
import { traceIdentity } from "../../src/server/trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentSpanId = "00f067aa0ba902b7";

function identity(traceparent?: string) {
  const metadata = new Metadata();
  if (traceparent !== undefined) metadata.set("traceparent", traceparent);
  const { spanId, ...rest } = traceIdentity(metadata);
  assert.match(spanId, /^[0-9a-f]{16}$/);
  assert.notEqual(spanId, parentSpanId);
  return rest;
}

describe("traceparent", () => {
  const continued: readonly [what: string, traceparent: string, sampled: boolean][] = [
    ["a sampled one", `00-${traceId}-${parentSpanId}-01`, true],
    ["one that is not sampled", `00-${traceId}-${parentSpanId}-00`, false],
    ["one with flags of later versions", `00-${traceId}-${parentSpanId}-ff`, true],
    ["one of a later version, with more behind", `cc-${traceId}-${parentSpanId}-01-more`, true],
  ];
  for (const [what, traceparent, sampled] of continued) {
    it(`is continued: ${what}`, () => assert.deepEqual(identity(traceparent), { traceId, parentSpanId, sampled }));
  }

  const ignored: readonly [what: string, traceparent: string | undefined][] = [
    ["none", undefined],
    ["an empty one", ""],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${parentSpanId}-01`],
    ["a span id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["version ff", `ff-${traceId}-${parentSpanId}-01`],
    ["version 00 with more behind", `00-${traceId}-${parentSpanId}-01-more`],
    ["capitals", `00-${traceId.toUpperCase()}-${parentSpanId}-01`],
    ["a short trace id", `00-${traceId.slice(1)}-${parentSpanId}-01`],
    ["no flags", `00-${traceId}-${parentSpanId}`],
    ["long flags", `00-${traceId}-${parentSpanId}-011`],
    ["nonsense", "x".repeat(10_000)],
  ];
  for (const [what, traceparent] of ignored) {
    it(`gives way to a new trace: ${what}`, () => {
      const { traceId: made, ...rest } = identity(traceparent);
      assert.match(made, /^(?!0{32})[0-9a-f]{32}$/);
      assert.notEqual(made, traceId);
      assert.deepEqual(rest, { parentSpanId: undefined, sampled: false });
    });
  }
});

import assert from "node:assert/strict";
import { Metadata } from "@grpc/grpc-js";
import { traceIdentity } from "../../src/server/trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentSpanId = "00f067aa0ba902b7";

function identity(traceparent?: string, ...tracestates: readonly string[]) {
  const metadata = new Metadata();
  for (const each of tracestates) metadata.add("tracestate", each);
  if (traceparent !== undefined) metadata.set("traceparent", traceparent);
  const { spanId, ...rest } = traceIdentity(metadata);
  assert.match(spanId, /^[0-9a-f]{16}$/);
  assert.notEqual(spanId, parentSpanId);
  return rest;
}

describe("traceparent", () => {
  const continued: readonly [what: string, traceparent: string, sampled: boolean, random: boolean][] = [
    ["a sampled one", `00-${traceId}-${parentSpanId}-01`, true, false],
    ["one that is not sampled", `00-${traceId}-${parentSpanId}-00`, false, false],
    ["one with a random id", `00-${traceId}-${parentSpanId}-02`, false, true],
    ["one with flags of later versions", `00-${traceId}-${parentSpanId}-ff`, true, true],
    ["one of a later version, with more behind", `cc-${traceId}-${parentSpanId}-01-more`, true, false],
  ];
  for (const [what, traceparent, sampled, random] of continued) {
    it(`is continued: ${what}`, () =>
      assert.deepEqual(identity(traceparent), { traceId, parentSpanId, sampled, random, state: undefined }));
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
      assert.deepEqual(rest, { parentSpanId: undefined, sampled: false, random: true });
    });
  }
});

describe("tracestate", () => {
  const parent = `00-${traceId}-${parentSpanId}-01`;
  const members = (count: number) => Array.from({ length: count }, (_, at) => `k${at}=v`).join(",");
  const cases: readonly [what: string, headers: readonly string[], state: string | undefined][] = [
    ["one member", ["a=1"], "a=1"],
    ["several, and vendors of tenants", ["a=1, 2b@c=x y,d_-*/=!~"], "a=1, 2b@c=x y,d_-*/=!~"],
    ["several headers", ["a=1", "b=2"], "a=1,b=2"],
    ["32 members", [members(32)], members(32)],
    ["nothing", [""], undefined],
    ["33 members", [members(33)], undefined],
    ["a member without a value", ["a"], undefined],
    ["capitals in a key", ["A=1"], undefined],
    ["two equal signs", ["a=1=2"], undefined],
    ["more than 512 characters", [`a=${"x".repeat(250)},b=${"x".repeat(250)},c=${"x".repeat(10)}`], undefined],
  ];
  for (const [what, headers, state] of cases) {
    it(`${state === undefined ? "is left away" : "is carried on"}: ${what}`, () =>
      assert.equal((identity(parent, ...headers) as { state?: string }).state, state));
  }

  it("is left away without a good traceparent", () => assert.ok(!("state" in identity("nonsense", "a=1"))));
});

import assert from "node:assert/strict";
import type { Decision, TraceIdentity } from "../../src/domain/decision.ts";
import { VerdictError } from "../../src/domain/errors.ts";
import { Keeping, type KeepOptions, type KeepReason } from "../../src/observe/keeping.ts";
import { aDecision } from "./a-decision.ts";

const { trace } = aDecision();
const sampled: TraceIdentity = { ...trace, sampled: true };
const chosen: TraceIdentity = { ...trace, chosen: true };
/** Of one in 1,000 by its id, and not. */
const [lucky, unlucky] = ["f", "0"].map((digit): TraceIdentity => ({ ...trace, traceId: digit.repeat(32) }));

function keeping(options: Partial<KeepOptions> = {}) {
  const over: KeepReason[] = [];
  const onOver = (reason: KeepReason) => over.push(reason);
  return { over, keeper: new Keeping({ keepOneIn: 1000, maxPerSecond: 10, now: () => 0, onOver, ...options }) };
}

describe("keeping traces", () => {
  const decided: readonly [what: string, part: Partial<Decision>, reason: KeepReason | undefined][] = [
    ["its caller keeps it", { trace: sampled, completeness: "DEGRADED" }, "parent"],
    ["a source of it failed", { completeness: "DEGRADED", outcome: "decline" }, "degraded"],
    ["it is declined", { outcome: "decline", trace: chosen }, "outcome"],
    ["it was chosen on arrival", { trace: chosen }, "ratio"],
    ["nothing speaks for it", { completeness: "PARTIAL" }, undefined],
    ["a decline is the policy's default", { outcome: "decline", defaultOutcome: "decline" }, undefined],
  ];
  for (const [what, part, reason] of decided) {
    it(`says "${reason}" when ${what}`, () => assert.equal(keeping().keeper.decided(aDecision(part)), reason));
  }

  const failed: readonly [what: string, error: unknown, of: TraceIdentity, reason: KeepReason | undefined][] = [
    ["deciding failed unforeseen", new TypeError("a bug"), trace, "error"],
    ["what is thrown is no error", "a text", trace, "error"],
    ["the request was refused", new VerdictError("BAD_EVENT", ""), trace, undefined],
    ["the request was refused in a trace its caller keeps", new VerdictError("BAD_EVENT", ""), sampled, "parent"],
    ["the request was refused in a trace that was chosen", new VerdictError("BAD_EVENT", ""), chosen, "ratio"],
  ];
  for (const [what, error, of, reason] of failed) {
    it(`says "${reason}" when ${what}`, () => assert.equal(keeping().keeper.failed(error, of), reason));
  }

  it("keeps what took longer than 99 % of its policy of late, once it knows how long that is", () => {
    const { keeper } = keeping();
    const of = (elapsedMs: number, policy = "payments") => keeper.decided(aDecision({ elapsedMs, policy }));
    assert.equal(of(1000), undefined);
    for (let at = 0; at < 300; at++) assert.equal(of(5), undefined);
    assert.deepEqual([of(50), of(5), of(50, "logins")], ["slow", undefined, undefined]);
  });

  it("chooses on arrival by the id alone, and never twice", () => {
    const { keeper } = keeping();
    const seen = [lucky!, unlucky!, { ...lucky!, sampled: true }].map((each) => keeper.arrived(each).chosen);
    assert.deepEqual(seen, [true, undefined, undefined]);
  });

  it("keeps so many a second, and tells what was over; ordinary ones leave half to the others", () => {
    let nowMs = 0;
    const { keeper, over } = keeping({ keepOneIn: 1, now: () => nowMs });
    const ordinary = Array.from({ length: 8 }, () => keeper.arrived(trace).chosen === true);
    assert.deepEqual(ordinary, [true, true, true, true, true, false, false, false]);
    const declined = Array.from({ length: 7 }, () => keeper.decided(aDecision({ outcome: "decline" })));
    assert.deepEqual(declined, [...new Array(5).fill("outcome"), undefined, undefined]);
    assert.deepEqual(over, ["ratio", "ratio", "ratio", "outcome", "outcome"]);
    assert.equal(keeper.decided(aDecision({ trace: sampled })), "parent");
    nowMs = 100;
    assert.equal(keeper.failed(new Error("a bug"), trace), "error");
    assert.equal(keeper.failed(new Error("a bug"), trace), undefined);
  });

  it("counts what was chosen on arrival once, whatever it is kept for", () => {
    const { keeper } = keeping({ keepOneIn: 1, maxPerSecond: 2 });
    const first = keeper.arrived(trace);
    assert.equal(keeper.decided(aDecision({ outcome: "decline", trace: first })), "outcome");
    assert.equal(keeper.decided(aDecision({ outcome: "decline" })), "outcome");
    assert.equal(keeper.decided(aDecision({ outcome: "decline" })), undefined);
  });
});

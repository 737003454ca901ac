import assert from "node:assert/strict";
import fc from "fast-check";
import type { StepTiming } from "../../src/domain/decision.ts";
import { VerdictError } from "../../src/domain/errors.ts";
import type { SpanPlan } from "../../src/observe/span-plan.ts";
import { spanOfFailure, spansOf } from "../../src/observe/spans.ts";
import { aDecision, step } from "./a-decision.ts";

function outline({ name, kind, children }: SpanPlan, depth = 0): string[] {
  return [`${"  ".repeat(depth)}${name} ${kind}`, ...children.flatMap((child) => outline(child, depth + 1))];
}

function everySpan(span: SpanPlan): SpanPlan[] {
  return [span, ...span.children.flatMap(everySpan)];
}

function named(span: SpanPlan, name: string): SpanPlan {
  const found = everySpan(span).find((each) => each.name === name);
  assert.ok(found, `there is no span ${name}`);
  return found;
}

const kinds = ["source", "derived", "model", "gate", "rules", "record"] as const;

/** Steps as in-process sources make them: many within one microsecond, one often starting when another ends. */
const someSteps = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      startMs: fc.integer({ min: 0, max: 60 }).map((quarters) => quarters / 4_000),
      durationMs: fc.integer({ min: 0, max: 20 }).map((quarters) => quarters / 4_000),
      adapted: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 12 },
  )
  .map((parts) =>
    parts.map(({ adapted, ...part }, at): StepTiming => {
      const adaptMs = part.durationMs * adapted;
      const split = part.kind === "model" ? { adaptMs, inferMs: part.durationMs - adaptMs } : undefined;
      return step({ ...part, name: `step${at}`, parts: split });
    }),
  );

describe("the trace of a decision", () => {
  it("has the spans of the design, each under its parent", () => {
    assert.deepEqual(outline(spansOf(aDecision(), "ratio")), [
      "verdict.v1.DecisionService/Decide SERVER",
      "  record PRODUCER",
      "  gate INTERNAL",
      "  features INTERNAL",
      "    source customers CLIENT",
      "    source customer_spend CLIENT",
      "  derive INTERNAL",
      "  model score INTERNAL",
      "    adapt INTERNAL",
      "    infer INTERNAL",
      "  rules payments INTERNAL",
    ]);
  });

  it("has no group for what did not happen", () => {
    assert.deepEqual(outline(spansOf(aDecision({ steps: [step({ name: "gate", kind: "gate" })] }), "ratio")), [
      "verdict.v1.DecisionService/Decide SERVER",
      "  gate INTERNAL",
    ]);
  });

  it("says at its root what was decided and why it is kept", () => {
    assert.deepEqual(spansOf(aDecision(), "parent").attributes, {
      "verdict.decision_id": "0199aaaa-0000-7000-8000-000000000001",
      "verdict.policy": "payments",
      "verdict.policy_digest": "abcd",
      "verdict.outcome": "approve",
      "verdict.reasons": "",
      "verdict.completeness": "COMPLETE",
      "verdict.settled_early": false,
      "verdict.critical_path": "record → gate → customer_spend → score → rules",
      "verdict.deadline_ms": 700,
      "verdict.sampling_reason": "parent",
      "verdict.ignored_attributes": 1,
    });
  });

  it("says of each source what it is and what it cost", () => {
    const { attributes, startUs, endUs } = named(spansOf(aDecision(), "ratio"), "source customer_spend");
    assert.deepEqual(attributes, {
      "verdict.source.name": "customer_spend",
      "verdict.source.kind": "aggregate",
      "verdict.source.status": "CACHED",
      "verdict.source.features": 1,
      "verdict.source.contribution_ms": 2.1,
      "verdict.source.saving_ms": 1,
      "verdict.source.slack_ms": 0.25,
      "verdict.source.sole_ms": 0.75,
      "verdict.source.critical": true,
      "verdict.source.cache_hit": true,
      "verdict.source.stale": false,
      "verdict.source.shared": false,
      "verdict.source.hedged": false,
      "verdict.source.retries": 0,
    });
    assert.deepEqual([startUs, endUs], [500, 2500]);
  });

  it("marks what failed", () => {
    const failed = (status: StepTiming["status"]) =>
      named(spansOf(aDecision({ steps: [step({ name: "a", kind: "source", status })] }), "degraded"), "source a")
        .failed;
    assert.deepEqual(
      [failed("ERROR"), failed("TIMEOUT"), failed("NOT_FOUND"), failed("OK")],
      [true, true, false, false],
    );
  });

  it("never tells a value, a key, an attribute's name or a request id", () => {
    const error = new Error("SECRET-error");
    const steps = [...aDecision().steps, step({ name: "broken", kind: "source", status: "ERROR", error })];
    const missingFeatures = new Map([["home_country", "null"]] as const);
    const text = JSON.stringify(spansOf(aDecision({ steps, missingFeatures }), "ratio"));
    assert.ok(text.includes("customer_spend"));
    assert.doesNotMatch(text, /SECRET/);
  });

  it("leads the critical path through what was computed while fetches ran, in a second stretch behind the gate", () => {
    const steps = [
      step({ name: "hour", kind: "derived", startMs: 0.1, durationMs: 0.01 }),
      step({ name: "record", kind: "record", startMs: 0.2, durationMs: 0.1 }),
      step({ name: "a", kind: "source", startMs: 0.4, durationMs: 1 }),
      step({ name: "gate", kind: "gate", startMs: 1.5, durationMs: 0.1 }),
      step({ name: "b", kind: "source", startMs: 2, durationMs: 2 }),
      step({ name: "c", kind: "source", startMs: 2, durationMs: 9 }),
      step({ name: "b_key", kind: "derived", startMs: 4.1, durationMs: 0.1, contributionMs: 0.5 }),
      step({ name: "b_ratio", kind: "derived", startMs: 4.3, durationMs: 0.1, contributionMs: 0.25 }),
      step({ name: "d", kind: "source", startMs: 4.5, durationMs: 7 }),
      step({ name: "small", kind: "model", startMs: 4.6, durationMs: 1 }),
      step({ name: "d_ratio", kind: "derived", startMs: 11.6, durationMs: 0.1 }),
      step({ name: "large", kind: "model", startMs: 12, durationMs: 1 }),
      step({ name: "rules", kind: "rules", startMs: 14, durationMs: 1 }),
    ];
    const root = spansOf(aDecision({ steps, elapsedMs: 16 }), "slow");
    assert.deepEqual(outline(root), [
      "verdict.v1.DecisionService/Decide SERVER",
      "  derive INTERNAL",
      "  record PRODUCER",
      "  features INTERNAL",
      "    source a CLIENT",
      "  gate INTERNAL",
      "  features INTERNAL",
      "    source b CLIENT",
      "    source c CLIENT",
      "    derive INTERNAL",
      "    source d CLIENT",
      "    model small INTERNAL",
      "  derive INTERNAL",
      "  model large INTERNAL",
      "  rules payments INTERNAL",
    ]);
    const derived = everySpan(root).filter(({ name }) => name === "derive")[1]!;
    assert.equal(derived.attributes["verdict.derived"], "b_key, b_ratio");
    assert.equal(derived.attributes["verdict.contribution_ms"], 0.75);
  });

  it("shows a fetch that was given up, ended by the one that made it needless; none that never began", () => {
    const steps = [
      step({ name: "a", kind: "source", startMs: 1, durationMs: 4 }),
      step({ name: "b", kind: "source", startMs: 1, durationMs: 4.01, status: "NOT_AWAITED", spanId: "b".repeat(16) }),
      step({ name: "c", kind: "source", startMs: 1, durationMs: 0, status: "SKIPPED" }),
      step({ name: "d", kind: "source", startMs: 5.01, durationMs: 0, status: "NOT_AWAITED" }),
      step({ name: "rules", kind: "rules", startMs: 5.1, durationMs: 1 }),
    ];
    const sources = named(spansOf(aDecision({ steps }), "slow"), "features").children;
    const seen = sources.map(({ name, spanId, endUs, failed }) => [name, spanId, endUs, failed]);
    assert.deepEqual(seen, [
      ["source b", "b".repeat(16), 4999, false],
      ["source a", undefined, 5000, false],
    ]);
  });

  it("tells what became of a fetch on its way, and links to the spans it has to do with", () => {
    const spanId = "a".repeat(16);
    const shared = { traceId: "1".repeat(32), spanId: "2".repeat(16) };
    const notes = [
      { kind: "retried", atMs: 0.2 },
      { kind: "hedged", spanId: "b".repeat(16), atMs: 0.5 },
      { kind: "stale", atMs: 0.9 },
      { kind: "shared", traceparent: `00-${shared.traceId}-${shared.spanId}-01`, atMs: 0.1 },
    ] as const;
    const source = step({ name: "a", kind: "source", spanId, notes, status: "TIMEOUT", standIns: ["country"] });
    const span = named(spansOf(aDecision({ steps: [source] }), "degraded"), "source a");
    assert.deepEqual(span.events, [
      { name: "retried", atUs: 200 },
      { name: "hedged", atUs: 500 },
      { name: "stale", atUs: 900 },
      { name: "shared", atUs: 100 },
      { name: "timeout", atUs: 1000 },
      { name: "fallback", atUs: 1000, attributes: { "verdict.feature": "country" } },
    ]);
    assert.deepEqual(span.links, [{ ...shared, relation: "shared" }]);
    const told = ["stale", "shared", "hedged", "retries"].map((name) => span.attributes[`verdict.source.${name}`]);
    assert.deepEqual(told, [true, true, true, 1]);
    const [second] = span.children;
    assert.deepEqual(
      [second?.name, second?.kind, second?.spanId, second?.startUs, second?.endUs, second?.links],
      ["source a, second attempt", "CLIENT", "b".repeat(16), 500, 1000, [{ spanId, relation: "first_attempt" }]],
    );
  });

  it("names the rules that fired, in force or not", () => {
    const rules = [
      { name: "large", outcome: "review", mode: "live", result: "FIRED" },
      { name: "night", outcome: "decline", mode: "shadow", result: "FIRED" },
      { name: "far", outcome: "decline", mode: "live", result: "UNKNOWN" },
    ] as const;
    const { events, attributes } = named(spansOf(aDecision({ rules }), "outcome"), "rules payments");
    assert.equal(attributes["verdict.rules_fired"], 2);
    const told = events?.map((event) => [
      event.name,
      event.attributes?.["verdict.rule"],
      event.attributes?.["verdict.rule.mode"],
    ]);
    assert.deepEqual(told, [
      ["rule fired", "large", "live"],
      ["rule fired", "night", "shadow"],
    ]);
  });

  it("tells of a failure what kind it was, not its words; a refusal is no failure of the engine's", () => {
    const failure = spanOfFailure(new TypeError("SECRET"), 1.5, "error");
    assert.doesNotMatch(JSON.stringify(failure), /SECRET/);
    assert.deepEqual([failure.kind, failure.endUs, failure.failed], ["SERVER", 1500, true]);
    assert.deepEqual(failure.attributes, {
      "verdict.error_reason": "INTERNAL",
      "error.type": "TypeError",
      "verdict.sampling_reason": "error",
    });
    assert.equal(spanOfFailure(new VerdictError("BAD_EVENT", "SECRET"), 1, "parent").failed, false);
  });

  it("keeps every span within its parent, and never starts one in the microsecond another ends in", () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        for (const parent of everySpan(spansOf(aDecision({ steps, elapsedMs: 0.02 }), "ratio"))) {
          assert.ok(Number.isInteger(parent.startUs) && Number.isInteger(parent.endUs));
          assert.ok(parent.startUs <= parent.endUs);
          for (const child of parent.children) {
            assert.ok(child.startUs >= parent.startUs && child.endUs <= parent.endUs, JSON.stringify(parent));
            for (const other of parent.children) {
              if (other !== child) assert.notEqual(child.endUs, other.startUs, `${child.name}, then ${other.name}`);
            }
          }
        }
      }),
    );
  });

  it("keeps the order of steps that came one after the other, however short", () => {
    const starts = [0.001, 0.0012, 0.0013, 0.0013];
    const steps = starts.map((startMs, at) => step({ name: `s${at}`, kind: "source", startMs, durationMs: 0.0001 }));
    const sources = named(spansOf(aDecision({ steps }), "ratio"), "features").children;
    assert.deepEqual(
      sources.map(({ name }) => name),
      steps.map(({ name }) => `source ${name}`),
    );
    for (const [at, { startUs }] of sources.entries()) if (at > 0) assert.ok(startUs > sources[at - 1]!.endUs);
  });
});

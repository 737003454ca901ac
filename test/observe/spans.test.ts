import assert from "node:assert/strict";
import fc from "fast-check";
import type { StepTiming } from "../../src/domain/decision.ts";
import { type SpanPlan, spansOf } from "../../src/observe/spans.ts";
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
      "verdict.source.critical": true,
      "verdict.source.cache_hit": true,
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

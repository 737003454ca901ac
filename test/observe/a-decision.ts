import type { Decision, StepTiming } from "../../src/domain/decision.ts";

/** A step with nothing special about it. */
export function step(part: Partial<StepTiming> & Pick<StepTiming, "name" | "kind">): StepTiming {
  return {
    sourceKind: part.kind === "source" ? "aggregate" : undefined,
    status: "OK",
    features: 1,
    startMs: 0,
    durationMs: 1,
    contributionMs: 0,
    savingMs: 0,
    slackMs: 0,
    soleMs: 0,
    critical: false,
    awaited: part.status !== "NOT_AWAITED" && part.status !== "SKIPPED",
    waitsFor: [],
    behind: undefined,
    parts: undefined,
    error: undefined,
    spanId: undefined,
    notes: [],
    standIns: [],
    ...part,
  };
}

/** A decision whose values are marked, so that any of them is found wherever it should not be. */
export function aDecision(part: Partial<Decision> = {}): Decision {
  return {
    decisionId: "0199aaaa-0000-7000-8000-000000000001",
    requestId: "SECRET-request",
    policy: "payments",
    policyDigest: "abcd",
    outcome: "approve",
    defaultOutcome: "approve",
    shadowOutcome: undefined,
    reasons: [],
    scores: [],
    rules: [],
    completeness: "COMPLETE",
    missingFeatures: new Map(),
    settledEarly: false,
    gated: false,
    steps: [
      step({ name: "record", kind: "record", startMs: 0.1, durationMs: 0.2 }),
      step({ name: "gate", kind: "gate", startMs: 0.3, durationMs: 0.1 }),
      step({ name: "customers", kind: "source", sourceKind: "table", startMs: 0.5, durationMs: 1, features: 2 }),
      step({
        name: "customer_spend",
        kind: "source",
        startMs: 0.5,
        durationMs: 2,
        status: "CACHED",
        contributionMs: 2.1,
        savingMs: 1,
        slackMs: 0.25,
        soleMs: 0.75,
        critical: true,
      }),
      step({ name: "late", kind: "source", status: "NOT_AWAITED", startMs: 3, durationMs: 0 }),
      step({ name: "share_of_day", kind: "derived", startMs: 2.6, durationMs: 0.1 }),
      step({ name: "score", kind: "model", startMs: 3, durationMs: 1, parts: { adaptMs: 0.25, inferMs: 0.75 } }),
      step({ name: "rules", kind: "rules", startMs: 4.2, durationMs: 0.3 }),
    ],
    criticalPath: ["record", "gate", "customer_spend", "score", "rules"],
    deadlineMs: 700,
    elapsedMs: 4.8,
    arrivedAtMs: 1_767_787_200_000.5,
    trace: {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      parentSpanId: undefined,
      sampled: false,
    },
    ignoredAttributes: ["SECRET-attribute"],
    dryRun: false,
    explanation: {
      features: {
        amount: { value: "SECRET-value", type: "string", state: "present", origin: "event", missing: undefined },
      },
      rules: { large: { actual: "SECRET-leaf" } },
    },
    ...part,
  };
}

import type { Decision, StepTiming } from "../domain/decision.ts";
import { apart } from "./apart.ts";

/** A span as plain data; times are microseconds since the request's arrival. */
export interface SpanPlan {
  readonly name: string;
  /** Fixed before; undefined: any. */
  readonly spanId?: string | undefined;
  readonly kind: "SERVER" | "CLIENT" | "PRODUCER" | "INTERNAL";
  readonly startUs: number;
  readonly endUs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly children: readonly SpanPlan[];
}

/**
 * The trace of a decision, made from timestamps taken anyway: root › record, gate, features › source …, derive,
 * model … › adapt, infer; rules. Never a feature's value, a key or a customer's id.
 */
export function spansOf(decision: Decision, samplingReason: string): SpanPlan {
  const { steps } = decision;
  const of = (kind: StepTiming["kind"]) => steps.filter((step) => step.kind === kind && step.status !== "NOT_AWAITED");
  const sources = of("source");
  const children = apart([
    ...of("record").map((step) => leaf("record", "PRODUCER", step)),
    ...of("gate").map((step) => leaf("gate", "INTERNAL", step)),
    ...(sources.length === 0 ? [] : [group("features", sources, apart(sources.map(sourceSpan)))]),
    ...(of("derived").length === 0 ? [] : [group("derive", of("derived"), [])]),
    ...of("model").map(modelSpan),
    ...of("rules").map((step) => leaf(`rules ${decision.policy}`, "INTERNAL", step)),
  ]);
  return {
    name: "verdict.v1.DecisionService/Decide",
    kind: "SERVER",
    startUs: 0,
    endUs: Math.max(1, Math.ceil(decision.elapsedMs * 1000), ...children.map(({ endUs }) => endUs)),
    failed: false,
    attributes: {
      "verdict.decision_id": decision.decisionId,
      "verdict.policy": decision.policy,
      "verdict.policy_digest": decision.policyDigest,
      "verdict.outcome": decision.outcome,
      "verdict.completeness": decision.completeness,
      "verdict.settled_early": decision.settledEarly,
      "verdict.critical_path": decision.criticalPath.join(" → "),
      "verdict.deadline_ms": decision.deadlineMs,
      "verdict.sampling_reason": samplingReason,
      "verdict.ignored_attributes": decision.ignoredAttributes.length,
    },
    children,
  };
}

/** As measured: `apart` brings it to whole microseconds. */
function interval({ startMs, durationMs }: Pick<StepTiming, "startMs" | "durationMs">) {
  const startUs = Math.max(0, startMs * 1000);
  return { startUs, endUs: Math.max(startUs, (startMs + durationMs) * 1000) };
}

function leaf(
  name: string,
  kind: SpanPlan["kind"],
  step: StepTiming,
  attributes: SpanPlan["attributes"] = {},
  children: readonly SpanPlan[] = [],
): SpanPlan {
  const failed = step.status === "ERROR" || step.status === "TIMEOUT";
  return { name, kind, ...interval(step), failed, attributes: { ...latency(step), ...attributes }, children };
}

function latency({ contributionMs, savingMs, slackMs, critical }: StepTiming): SpanPlan["attributes"] {
  return {
    "verdict.contribution_ms": contributionMs,
    "verdict.saving_ms": savingMs,
    "verdict.slack_ms": slackMs,
    "verdict.critical": critical,
  };
}

function sourceSpan(step: StepTiming): SpanPlan {
  return {
    ...leaf(`source ${step.name}`, "CLIENT", step),
    spanId: step.spanId,
    attributes: {
      "verdict.source.name": step.name,
      "verdict.source.kind": step.sourceKind ?? "",
      "verdict.source.status": step.status,
      "verdict.source.features": step.features,
      "verdict.source.contribution_ms": step.contributionMs,
      "verdict.source.saving_ms": step.savingMs,
      "verdict.source.slack_ms": step.slackMs,
      "verdict.source.critical": step.critical,
      "verdict.source.cache_hit": step.status === "CACHED",
    },
  };
}

function modelSpan(step: StepTiming): SpanPlan {
  const { parts, startMs, durationMs } = step;
  const adaptMs = parts?.adaptMs ?? 0;
  const part = (name: string, from: number, length: number): SpanPlan => ({
    name,
    kind: "INTERNAL",
    ...interval({ startMs: from, durationMs: length }),
    failed: false,
    attributes: {},
    children: [],
  });
  const children =
    parts === undefined
      ? []
      : apart([part("adapt", startMs, adaptMs), part("infer", startMs + adaptMs, durationMs - adaptMs)]);
  const span = leaf(`model ${step.name}`, "INTERNAL", step, { "verdict.model.status": step.status }, children);
  return { ...span, spanId: step.spanId };
}

/** A span around steps of one kind. */
function group(name: string, steps: readonly StepTiming[], children: readonly SpanPlan[]): SpanPlan {
  const startUs = Math.min(...steps.map((step) => interval(step).startUs));
  const endUs = Math.max(...steps.map((step) => interval(step).endUs));
  return {
    name,
    kind: "INTERNAL",
    startUs,
    endUs,
    failed: false,
    attributes: { "verdict.steps": steps.length },
    children,
  };
}

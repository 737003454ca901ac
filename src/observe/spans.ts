import type { Decision, StepTiming } from "../domain/decision.ts";
import { VerdictError } from "../domain/errors.ts";
import { apart } from "./apart.ts";
import type { KeepReason } from "./keeping.ts";
import type { SpanEvent, SpanPlan } from "./span-plan.ts";
import { withWaits } from "./span-waits.ts";
import { deriveSpan, interval, modelSpan, plain, sourceSpan, stepSpan } from "./step-spans.ts";

const rootName = "verdict.v1.DecisionService/Decide";

/**
 * The trace of a decision, made from timestamps taken anyway: root › record, gate, features › source …; derive,
 * model … › adapt, infer; rules. Never a feature's value, a key or a customer's id.
 *
 * `features` is the time in which fetches run; a gate with sources of its own parts it in two. What is computed while fetches
 * run lies in it too, since Jaeger's critical path would else lose what came before it.
 */
export function spansOf(decision: Decision, samplingReason: KeepReason): SpanPlan {
  const children = apart(phases(decision));
  return {
    name: rootName,
    kind: "SERVER",
    startUs: 0,
    endUs: Math.max(1, Math.ceil(decision.elapsedMs * 1000), ...children.map(({ endUs }) => endUs)),
    failed: false,
    attributes: {
      "verdict.decision_id": decision.decisionId,
      "verdict.policy": decision.policy,
      "verdict.policy_digest": decision.policyDigest,
      "verdict.outcome": decision.outcome,
      "verdict.reasons": [...new Set(decision.reasons.map(({ code }) => code))].join(", "),
      "verdict.completeness": decision.completeness,
      "verdict.settled_early": decision.settledEarly,
      "verdict.critical_path": decision.criticalPath.join(" → "),
      "verdict.deadline_ms": decision.deadlineMs,
      "verdict.sampling_reason": samplingReason,
      "verdict.ignored_attributes": decision.ignoredAttributes.length,
    },
    children: withWaits(children, decision),
  };
}

/** The trace of a request that came to no decision. What was wrong stands in the log: a message may tell of the event. */
export function spanOfFailure(error: unknown, elapsedMs: number, samplingReason: KeepReason): SpanPlan {
  const reason = error instanceof VerdictError ? error.reason : "INTERNAL";
  return {
    ...plain(rootName, 0, Math.max(1, Math.ceil(elapsedMs * 1000)), {
      "verdict.error_reason": reason,
      "error.type": error instanceof Error ? error.name : typeof error,
      "verdict.sampling_reason": samplingReason,
    }),
    kind: "SERVER",
    // A refusal is the caller's error, not the engine's.
    failed: reason === "INTERNAL",
  };
}

/** The root's children. Between record, gate and rules lie stretches in which features come. */
function phases(decision: Decision): SpanPlan[] {
  const spans: SpanPlan[] = [];
  let stretch: StepTiming[] = [];
  const close = () => {
    spans.push(...featurePhases(stretch));
    stretch = [];
  };
  for (const step of begun(decision.steps)) {
    if (step.kind === "source" || step.kind === "derived" || step.kind === "model") stretch.push(step);
    else {
      close();
      spans.push(phaseSpan(step, decision));
    }
  }
  close();
  return spans;
}

/**
 * The steps that took place, in the order of their starts. A fetch that was given up ended with the step that made it
 * needless, a moment before it: the critical path leads through the one that was waited for.
 */
function begun(steps: readonly StepTiming[]): StepTiming[] {
  const awaited = steps.filter(({ status }) => status !== "NOT_AWAITED" && status !== "SKIPPED");
  const givenUp = steps.flatMap((step): StepTiming[] => {
    if (step.status !== "NOT_AWAITED" || step.durationMs === 0) return [];
    const endMs = step.startMs + step.durationMs;
    const ends = awaited.map((other) => other.startMs + other.durationMs).filter((end) => end <= endMs);
    return [{ ...step, durationMs: Math.max(0, Math.max(step.startMs, ...ends) - 0.001 - step.startMs) }];
  });
  return [...awaited, ...givenUp].sort((left, right) => left.startMs - right.startMs);
}

function featurePhases(steps: readonly StepTiming[]): SpanPlan[] {
  const sources = steps.filter(({ kind }) => kind === "source");
  if (sources.length === 0) return stepSpans(steps);
  const startMs = sources[0]!.startMs;
  const endMs = Math.max(...sources.map((step) => step.startMs + step.durationMs));
  const before = steps.filter((step) => step.startMs < startMs);
  const within = steps.filter((step) => step.startMs >= startMs && (step.kind === "source" || step.startMs < endMs));
  const after = steps.filter((step) => step.kind !== "source" && step.startMs >= endMs);
  const children = apart(stepSpans(within));
  const group = plain("features", children[0]!.startUs, Math.max(...children.map(({ endUs }) => endUs)), {
    "verdict.steps": sources.length,
  });
  return [...stepSpans(before), { ...group, children }, ...stepSpans(after)];
}

/** @param steps in the order of their starts. */
function stepSpans(steps: readonly StepTiming[]): SpanPlan[] {
  const spans: SpanPlan[] = [];
  let batch: StepTiming[] = [];
  const close = () => {
    if (batch.length > 0) spans.push(deriveSpan(batch));
    batch = [];
  };
  for (const step of steps) {
    if (step.kind === "derived") {
      // What ended in between may be what the later one waited for.
      const last = batch.at(-1);
      const from = last === undefined ? 0 : interval(last).endUs;
      const isParted = steps.some((other) => {
        const { endUs } = interval(other);
        return other.kind !== "derived" && endUs > from && endUs <= interval(step).startUs;
      });
      if (isParted) close();
      batch.push(step);
      continue;
    }
    close();
    spans.push(step.kind === "source" ? sourceSpan(step) : modelSpan(step));
  }
  close();
  return spans;
}

function phaseSpan(step: StepTiming, { policy, rules }: Decision): SpanPlan {
  if (step.kind === "record") return stepSpan("record", "PRODUCER", step);
  if (step.kind === "gate") return stepSpan("gate", "INTERNAL", step);
  const span = stepSpan(`rules ${policy}`, "INTERNAL", step);
  const fired = rules.filter(({ result }) => result === "FIRED");
  const events = fired.slice(0, maxRuleEvents).map(
    ({ name, outcome, mode }): SpanEvent => ({
      name: "rule fired",
      atUs: span.endUs,
      attributes: { "verdict.rule": name, "verdict.rule.outcome": outcome, "verdict.rule.mode": mode },
    }),
  );
  const attributes = { ...span.attributes, "verdict.rules_fired": fired.length };
  return { ...span, attributes, events: [...(span.events ?? []), ...events] };
}

/** OpenTelemetry drops what is over 128 a span. */
const maxRuleEvents = 100;

import type { Decision, DecisionExplanation } from "../domain/decision.ts";
import type { Struct } from "./generated/google/protobuf/Struct.ts";
import type { Value } from "./generated/google/protobuf/Value.ts";
import type { DecideResponse } from "./generated/verdict/v1/DecideResponse.ts";

/** A decision as `verdict.v1.DecideResponse`. */
export function decisionToWire(decision: Decision): DecideResponse {
  const { explanation } = decision;
  return {
    decision_id: decision.decisionId,
    request_id: decision.requestId,
    outcome: decision.outcome,
    reasons: decision.reasons as DecideResponse["reasons"] & object,
    scores: decision.scores.map(({ model, version, value, percentile, band, status }) => ({
      model,
      version,
      band,
      status,
      ...(value === undefined ? {} : { value }),
      ...(percentile === undefined ? {} : { percentile }),
    })),
    rules: decision.rules as DecideResponse["rules"] & object,
    policy: { id: decision.policy, digest: decision.policyDigest },
    completeness: decision.completeness,
    missing_features: [...decision.missingFeatures.keys()],
    settled_early: decision.settledEarly,
    sources: decision.steps.flatMap((step) =>
      step.kind === "source"
        ? [
            {
              name: step.name,
              kind: step.sourceKind ?? "",
              status: step.status,
              start_ms: step.startMs,
              duration_ms: step.durationMs,
              contribution_ms: step.contributionMs,
              saving_ms: step.savingMs,
              slack_ms: step.slackMs,
              critical: step.critical,
              sole_ms: step.soleMs,
            },
          ]
        : [],
    ),
    elapsed_ms: decision.elapsedMs,
    trace_id: decision.trace.traceId,
    ...(explanation === undefined ? {} : { explanation: explanationToWire(explanation, decision.shadowOutcome) }),
  };
}

function explanationToWire({ features, rules }: DecisionExplanation, shadowOutcome: string | undefined): Struct {
  const readable = Object.entries(features).map(([name, feature]) => {
    const { type, value } = feature;
    return [
      name,
      type === "timestamp" && typeof value === "number"
        ? { ...feature, value: new Date(value).toISOString() }
        : feature,
    ];
  });
  return toStruct({
    features: Object.fromEntries(readable),
    rules,
    ...(shadowOutcome === undefined ? {} : { shadow: { outcome: shadowOutcome } }),
  });
}

function toStruct(object: object): Struct {
  const fields: Record<string, Value> = {};
  for (const [name, value] of Object.entries(object)) if (value !== undefined) fields[name] = toValue(value);
  return { fields };
}

function toValue(value: unknown): Value {
  if (typeof value === "number") return { numberValue: value };
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(toValue) } };
  if (typeof value === "object" && value !== null) return { structValue: toStruct(value) };
  return { nullValue: "NULL_VALUE" };
}

import type { Json } from "../domain/event.ts";
import type { DecideResponse__Output } from "../server/generated/verdict/v1/DecideResponse.ts";

/** A decision for a person at a terminal. */
export function renderDecision(
  answer: DecideResponse__Output,
  explanation: Readonly<Record<string, Json>> | undefined,
): string {
  const lines = [
    `${answer.outcome}  (${answer.policy?.id}, ${answer.completeness.toLowerCase()}, ${milliseconds(answer.elapsed_ms)})`,
    ...answer.reasons.map(({ code, message, rule }) => `  ${code}  ${message}  [${rule}]`),
    ...answer.scores.map(({ model, version, value, percentile, status }) =>
      value === undefined
        ? `score    ${model}/${version}: none (${status.toLowerCase()})`
        : `score    ${model}/${version}: ${value.toFixed(4)}${percentile === undefined ? "" : `, above ${percentile.toFixed(1)} % of the training data`}`,
    ),
    ...answer.rules.map(
      ({ name, result, mode }) => `rule     ${name}: ${result.toLowerCase()}${mode === "shadow" ? " (shadow)" : ""}`,
    ),
    ...(answer.missing_features.length === 0 ? [] : [`missing  ${answer.missing_features.join(", ")}`]),
    ...answer.sources.map(
      ({ name, kind, status, duration_ms, contribution_ms, critical }) =>
        `source   ${name} (${kind}): ${status.toLowerCase()}, ${milliseconds(duration_ms)}, contributed ${milliseconds(contribution_ms)}${critical ? ", on the critical path" : ""}`,
    ),
    `trace    ${answer.trace_id}`,
    ...(explanation === undefined ? [] : [JSON.stringify(explanation, null, 2)]),
  ];
  return `${lines.join("\n")}\n`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 1 ? 3 : 1)} ms`;
}

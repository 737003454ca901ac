import { parseDocument } from "../documents/document.ts";
import { DocumentError, type Problem } from "../documents/problem.ts";
import type { Condition } from "./condition.ts";
import type { WrittenRule } from "./explain-rule.ts";
import { type ConditionScope, loadCondition } from "./load-conditions.ts";
import { type PolicyDocument, PolicySchema } from "./policy-schema.ts";

/** A policy as written, shared conditions in place, rules that are off among the others. */
export interface WrittenPolicy {
  readonly document: PolicyDocument;
  readonly gate: Condition | undefined;
  readonly rules: readonly WrittenRule[];
}

/**
 * Reads a policy to be shown or compared, without the catalogue and the models it was written for.
 * @throws {DocumentError} if it has not a policy's shape, or its conditions cannot be understood.
 */
export function readWrittenPolicy(file: string, text: string): WrittenPolicy {
  const problems: Problem[] = [];
  const parsed = parseDocument(file, text, PolicySchema, problems);
  if (parsed === undefined) throw new DocumentError(problems);
  const { value: document, report } = parsed;
  const scope: ConditionScope = { features: undefined, lists: undefined, shared: document.conditions ?? {}, report };
  for (const [name, shared] of Object.entries(scope.shared)) loadCondition(shared, ["conditions", name], scope, name);
  const gate = document.gate && loadCondition(document.gate.conditions, ["gate", "conditions"], scope);
  const rules = document.rules.map(
    ({ name, mode, rollout, reviewBy, onUnknown, conditions, event }, at): WrittenRule => ({
      name,
      mode: mode ?? "live",
      rollout,
      reviewBy,
      firesOnUnknown: onUnknown === "fire",
      conditions: loadCondition(conditions, ["rules", at, "conditions"], scope),
      outcome: event.type,
      points: event.params?.points ?? 0,
      reason: event.params?.reason,
    }),
  );
  if (problems.length > 0) throw new DocumentError(problems);
  return { document, gate, rules };
}

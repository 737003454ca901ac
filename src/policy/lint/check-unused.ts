import type { AnswerDocument, ConditionDocument, PolicyDocument } from "../policy-schema.ts";
import type { LintCall } from "./lint-call.ts";

/** Finds what a policy declares and nothing refers to. Rules that are off count: they may come back. */
export function checkUnused({ document, find }: LintCall): void {
  const answers = [...answersOf(document)];
  const reasons = new Set(answers.map(({ reason }) => reason));
  for (const code of Object.keys(document.reasons ?? {})) {
    if (!reasons.has(code))
      find("unused-reason", ["reasons", code], `nothing gives the reason ${code}`, "remove it, or give it");
  }
  const asked = new Set([document.default, ...answers.map(({ outcome }) => outcome)]);
  for (const [at, outcome] of document.outcomes.entries()) {
    if (!asked.has(outcome))
      find("unused-outcome", ["outcomes", at], `nothing asks for ${outcome}`, "remove it, or ask for it");
  }
  const used = usedConditions(document);
  for (const name of Object.keys(document.conditions ?? {})) {
    if (!used.has(name))
      find(
        "unused-condition",
        ["conditions", name],
        `nothing uses the shared condition ${name}`,
        "remove it, or use it",
      );
  }
}

function* answersOf({ gate, models, points, rules }: PolicyDocument): Generator<AnswerDocument> {
  if (gate !== undefined) yield gate.otherwise;
  for (const { bands, onMissing } of Object.values(models ?? {})) {
    yield* bands ?? [];
    if (onMissing !== undefined) yield onMissing;
  }
  yield* points ?? [];
  for (const { event } of rules) yield { ...event.params, outcome: event.type };
}

/** Shared conditions that the gate or a rule leads to, directly or through others. */
function usedConditions({ gate, rules, conditions = {} }: PolicyDocument): ReadonlySet<string> {
  const used = new Set<string>();
  const visit = (condition: ConditionDocument): void => {
    if ("all" in condition) condition.all.forEach(visit);
    else if ("any" in condition) condition.any.forEach(visit);
    else if ("not" in condition) visit(condition.not);
    else if ("condition" in condition && !used.has(condition.condition)) {
      used.add(condition.condition);
      visit(conditions[condition.condition]!);
    }
  };
  if (gate !== undefined) visit(gate.conditions);
  for (const rule of rules) visit(rule.conditions);
  return used;
}

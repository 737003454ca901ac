import { factsOf, isMissingOperator, isPresentOperator, leaves } from "../condition.ts";
import type { Rule } from "../policy.ts";
import { type LintCall, placeOfRule } from "./lint-call.ts";

/** Finds rules of the strictest outcome that a failing source would switch off without anything else taking notice. */
export function checkMissing(call: LintCall): void {
  const { policy, find } = call;
  if (policy.outcomes.length === 1) return;
  const noticed = noticedSources(call);
  for (const rule of policy.rules) {
    if (rule.mode !== "live" || rule.firesOnUnknown || rule.outcome !== policy.outcomes[0]) continue;
    const silent = sourcesOf(call, rule).filter((source) => !noticed.has(source));
    if (silent.length === 0) continue;
    find(
      "missing-switches-off",
      placeOfRule(call, rule.name),
      `without ${silent.join(", ")} it does not fire, and nothing else takes notice`,
      `declare "onUnknown": "fire", or ask with ${isMissingOperator} in a rule of its own`,
      rule.name,
    );
  }
}

/** What must answer for the rule's features to be there. */
function sourcesOf({ features }: LintCall, { conditions }: Rule): readonly string[] {
  const facts = [...factsOf(conditions)].map((name) => features.get(name));
  return [...new Set(facts.flatMap((feature) => (feature?.presence === "may-miss" ? feature.sources : [])))];
}

/** Sources whose absence something asks about: a live rule by its conditions, or a model by its onMissing. */
function noticedSources({ policy, features }: LintCall): ReadonlySet<string> {
  const noticed = new Set<string>();
  for (const { feature, onMissing } of policy.scores) if (onMissing !== undefined) noticed.add(feature);
  for (const { mode, conditions } of policy.rules) {
    if (mode !== "live") continue;
    for (const { fact, operator } of leaves(conditions)) {
      if (operator !== isMissingOperator && operator !== isPresentOperator) continue;
      for (const source of features.get(fact)?.sources ?? []) noticed.add(source);
    }
  }
  return noticed;
}

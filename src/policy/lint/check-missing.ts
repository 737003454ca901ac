import { factsOf, isMissingOperator, isPresentOperator, leaves } from "../condition.ts";
import { type LintCall, placeOfRule } from "./lint-call.ts";
import { partlyLive, whollyLive } from "./live.ts";

/** Finds rules of the strictest outcome that a failing source would switch off without anything else taking notice. */
export function checkMissing(call: LintCall): void {
  const { policy, find } = call;
  if (policy.outcomes.length === 1) return;
  const noticed = noticedSources(call);
  for (const rule of policy.rules) {
    if (!partlyLive(rule) || rule.outcome !== policy.outcomes[0]) continue;
    const { name, rollout, conditions, firesOnUnknown } = rule;
    const silent = (facts: Iterable<string>) => sourcesOf(call, facts).filter((source) => !noticed.has(source));
    const read = firesOnUnknown ? [] : silent(factsOf(conditions));
    const rolledOutBy = rollout === undefined ? [] : silent([rollout.by]);
    if (read.length > 0)
      find(
        "missing-switches-off",
        placeOfRule(call, name),
        `without ${read.join(", ")} it does not fire, and nothing else takes notice`,
        read.every((source) => source.startsWith("list "))
          ? 'declare "onUnknown": "fire"'
          : `declare "onUnknown": "fire", or ask with ${isMissingOperator} in a rule of its own`,
        name,
      );
    if (rolledOutBy.length > 0)
      find(
        "missing-switches-off",
        [...placeOfRule(call, name), "rollout", "by"],
        `without ${rolledOutBy.join(", ")} it is live for nobody, and nothing else takes notice`,
        "roll it out by a feature that every event has",
        name,
      );
  }
}

/** What must answer for the features to be there. */
function sourcesOf({ features }: LintCall, facts: Iterable<string>): readonly string[] {
  const known = [...facts].map((name) => features.get(name));
  return [...new Set(known.flatMap((feature) => (feature?.presence === "may-miss" ? feature.sources : [])))];
}

/** Sources whose absence something asks about: a live rule by its conditions, or a model by its onMissing. */
function noticedSources({ policy, features }: LintCall): ReadonlySet<string> {
  const noticed = new Set<string>();
  for (const { feature, onMissing } of policy.scores) if (onMissing !== undefined) noticed.add(feature);
  for (const rule of policy.rules) {
    if (!whollyLive(rule)) continue;
    for (const { fact, operator } of leaves(rule.conditions)) {
      if (operator !== isMissingOperator && operator !== isPresentOperator) continue;
      for (const source of features.get(fact)?.sources ?? []) noticed.add(source);
    }
  }
  return noticed;
}

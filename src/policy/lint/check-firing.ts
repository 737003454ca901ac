import { fires } from "./goals.ts";
import { type LintCall, placeOfRule } from "./lint-call.ts";
import { whollyLive } from "./live.ts";
import { type Goal, possible } from "./possible.ts";
import { whyNever } from "./why-never.ts";

/**
 * Finds rules that no event can fire, and conditions that always hold.
 * @returns the names of the rules that never fire.
 */
export function checkFiring(call: LintCall): ReadonlySet<string> {
  const { policy, features, gate, find } = call;
  const impossible = (...goals: readonly Goal[]) => possible(goals, features) === "no";

  const never = new Set<string>();
  for (const rule of policy.rules) {
    const path = [...placeOfRule(call, rule.name), "conditions"];
    const firing = fires(rule);
    const isFalse: Goal = { condition: rule.conditions, negated: true, leniently: false };
    if (impossible(firing)) {
      never.add(rule.name);
      find(
        "never-fires",
        path,
        `never fires: ${whyNever(rule.conditions, features)}`,
        "mend the conditions, or remove the rule",
        rule.name,
      );
    } else if (impossible(firing, ...gate)) {
      never.add(rule.name);
      find(
        "never-fires",
        path,
        "never fires: the gate answers every event that could make it fire",
        "mend the rule or the gate, or remove the rule",
        rule.name,
      );
    } else if (impossible(isFalse))
      find(
        "always-true",
        path,
        "holds for every event whose features are known",
        whollyLive(rule) ? "mend the conditions, or make its outcome the default" : "mend the conditions",
        rule.name,
      );
    else if (impossible(isFalse, ...gate))
      find(
        "always-true",
        path,
        "holds for every event that passes the gate and whose features are known",
        "mend the rule or the gate",
        rule.name,
      );
  }
  return never;
}

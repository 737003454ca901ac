import type { Condition } from "../condition.ts";
import { explainCondition } from "../explain-condition.ts";
import { fires, passesGate } from "./goals.ts";
import { type LintCall, placeOfRule } from "./lint-call.ts";
import { type Goal, possible } from "./possible.ts";

/**
 * Finds rules that no event can fire, and conditions that always hold; likewise of the gate.
 * @returns the names of the rules that never fire.
 */
export function checkFiring(call: LintCall): ReadonlySet<string> {
  const { policy, features, find } = call;
  const impossible = (...goals: readonly Goal[]) => possible(goals, features) === "no";
  const gate = passesGate(policy);
  checkGate(call, impossible);

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
        `never fires: ${whyNever(rule.conditions, impossible)}`,
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
        "mend the conditions, or make its outcome the default",
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

function checkGate({ policy, find }: LintCall, impossible: (goal: Goal) => boolean): void {
  if (policy.gate === undefined) return;
  const condition = policy.gate.conditions;
  if (impossible({ condition, negated: false, leniently: true }))
    find(
      "gate-never-passes",
      ["gate", "conditions"],
      `no event passes the gate: ${whyNever(condition, impossible)}`,
      "mend its conditions",
    );
  else if (impossible({ condition, negated: true, leniently: false }))
    find(
      "gate-always-passes",
      ["gate", "conditions"],
      "every event passes the gate",
      "mend its conditions, or remove the gate",
    );
}

/** The part that cannot hold, or the two parts that exclude each other, if it is as simple as that. */
function whyNever(condition: Condition, impossible: (...goals: readonly Goal[]) => boolean): string {
  const parts = partsOf(condition).slice(0, mostParts);
  const holds = (part: Condition): Goal => ({ condition: part, negated: false, leniently: false });
  const alone = parts.find((part) => impossible(holds(part)));
  if (alone !== undefined) return `it cannot be that ${explainCondition(alone)}`;
  for (const [at, one] of parts.entries()) {
    const other = parts.slice(at + 1).find((each) => impossible(holds(one), holds(each)));
    if (other !== undefined) return `it cannot be that ${explainCondition(one)} and ${explainCondition(other)}`;
  }
  return "its conditions exclude each other";
}

/** Pairs are tried among this many. */
const mostParts = 50;

/** What must hold together. */
function partsOf(condition: Condition): readonly Condition[] {
  if (condition.kind === "all" || (condition.kind === "any" && condition.children.length === 1))
    return condition.children.flatMap(partsOf);
  return [condition];
}

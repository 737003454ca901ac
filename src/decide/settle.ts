import type { Facts } from "../domain/facts.ts";
import type { Truth } from "../policy/condition.ts";
import { factsOf } from "../policy/condition.ts";
import { type Policy, pointsType, type Rule } from "../policy/policy.ts";
import { resolve } from "./resolve.ts";

/**
 * Whether no pending feature can change the outcome any more.
 *
 * What is certain now can only be joined by more, and the strictest wins: so the outcome is settled when nothing that is
 * still open asks for a stricter one. While nothing at all is certain the default holds, which anything may replace.
 */
export function isSettled(policy: Policy, facts: Facts, truths: readonly Truth[]): boolean {
  const certain = resolve(policy, facts, certainTruths(policy, facts, truths));
  const open = [...openOutcomes(policy, facts, truths, certain.points)];
  if (open.length === 0) return true;
  if (certain.byDefault) return false;
  const rank = policy.outcomes.indexOf(certain.outcome);
  return open.every((outcome) => policy.outcomes.indexOf(outcome) >= rank);
}

/** Whether a rule's truth can still change: it is unknown, and something it reads is on its way. */
function isOpen(rule: Rule, facts: Facts, truth: Truth): boolean {
  return truth === "unknown" && [...factsOf(rule.conditions)].some((fact) => facts.state(fact) === "pending");
}

/** The truths with every open rule taken as not firing. */
function certainTruths(policy: Policy, facts: Facts, truths: readonly Truth[]): readonly Truth[] {
  return policy.rules.map((rule, at) => (isOpen(rule, facts, truths[at]!) ? false : truths[at]!));
}

/** Every outcome that something still open may ask for. */
function* openOutcomes(policy: Policy, facts: Facts, truths: readonly Truth[], points: number): Generator<string> {
  let openPoints = 0;
  for (const [at, rule] of policy.rules.entries()) {
    if (rule.mode !== "live" || !isOpen(rule, facts, truths[at]!)) continue;
    if (rule.outcome !== pointsType) yield rule.outcome;
    openPoints += rule.points;
  }
  for (const { feature, bands, onMissing } of policy.scores) {
    if (facts.state(feature) !== "pending") continue;
    for (const { outcome } of bands) yield outcome;
    if (onMissing !== undefined) yield onMissing.outcome;
  }
  for (const { gte, outcome } of policy.points) if (gte > points && gte <= points + openPoints) yield outcome;
}

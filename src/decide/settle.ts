import type { Facts } from "../domain/facts.ts";
import type { Truth } from "../policy/condition.ts";
import { type Policy, pointsType } from "../policy/policy.ts";
import { fires, isOpen, resolve, sumPoints } from "./resolve.ts";

/**
 * Whether no pending feature can change the outcome any more.
 *
 * What is certain now can only be joined by more, and the strictest wins: so the outcome is settled when nothing that is
 * still open asks for a stricter one. While nothing at all is certain the default holds, which anything may replace.
 */
export function isSettled(policy: Policy, facts: Facts, truths: readonly Truth[]): boolean {
  const { outcome, byDefault, points } = resolve(policy, facts, truths);
  const rank = policy.outcomes.indexOf(outcome);
  for (const open of openOutcomes(policy, facts, truths, points)) {
    if (byDefault ? open !== outcome : policy.outcomes.indexOf(open) < rank) return false;
  }
  return true;
}

/** Every outcome that something still open may ask for. */
function* openOutcomes(policy: Policy, facts: Facts, truths: readonly Truth[], points: number): Generator<string> {
  const live = policy.rules
    .map((rule, at) => ({ rule, truth: truths[at]! }))
    .filter(({ rule }) => rule.mode === "live");
  const open = live.filter(({ rule, truth }) => isOpen(rule, facts, truth));
  for (const { rule } of open) if (rule.outcome !== pointsType) yield rule.outcome;
  for (const { feature, bands, onMissing } of policy.scores) {
    if (facts.state(feature) !== "pending") continue;
    for (const { outcome } of bands) yield outcome;
    if (onMissing !== undefined) yield onMissing.outcome;
  }
  if (policy.points.length === 0) return;
  const possible = live.filter(({ rule, truth }) => isOpen(rule, facts, truth) || fires(rule, facts, truth));
  const pointsMax = sumPoints(possible.map(({ rule }) => rule));
  for (const { gte, outcome } of policy.points) if (gte > points && gte <= pointsMax) yield outcome;
}

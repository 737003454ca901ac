import type { Reason } from "../domain/decision.ts";
import type { Facts } from "../domain/facts.ts";
import type { Truth } from "../policy/condition.ts";
import { type Answer, type Band, type Policy, pointsType, type Rule } from "../policy/policy.ts";

/** What a policy says of a context. */
export interface Resolution {
  readonly outcome: string;
  /** Nothing asked for an outcome. */
  readonly byDefault: boolean;
  /** Of everything that asked for an outcome or gave points, strictest first. */
  readonly reasons: readonly Reason[];
  /** Sum over the live rules that fired. */
  readonly points: number;
}

/**
 * The strictest outcome that anything asks for: live rules that fired, score bands, point thresholds, `onMissing`; else
 * the default. Order of rules never matters.
 * @param truths one for each of the policy's rules.
 */
export function resolve(policy: Policy, facts: Facts, truths: readonly Truth[]): Resolution {
  const points = sumPoints(policy, truths);
  const demands = [...demandsOf(policy, facts, truths, points)].sort(
    (left, right) => rank(policy, left) - rank(policy, right),
  );
  const strictest = demands.find(({ outcome }) => outcome !== pointsType);
  return {
    outcome: strictest?.outcome ?? policy.defaultOutcome,
    byDefault: strictest === undefined,
    reasons: demands.flatMap(({ reason, by }) => (reason === undefined ? [] : [toReason(policy, reason, by)])),
    points,
  };
}

/** Whether a rule counts as fired at the end: an unknown one does not, unless its policy says so. */
export function fires({ firesOnUnknown }: Rule, truth: Truth): boolean {
  return truth === true || (truth === "unknown" && firesOnUnknown);
}

/** Of the bands that a number reaches, the strictest. */
export function bandOf(bands: readonly Band[], value: number): Band | undefined {
  return bands.find(({ gte }) => value >= gte);
}

export function toReason(policy: Policy, code: string, by: string): Reason {
  return { code, message: policy.reasons.get(code) ?? "", rule: by };
}

/** Something that asks for an outcome. */
interface Demand extends Answer {
  /** A rule's name, a score feature, or `points`. */
  readonly by: string;
}

function* demandsOf(policy: Policy, facts: Facts, truths: readonly Truth[], points: number): Generator<Demand> {
  for (const [at, rule] of policy.rules.entries()) {
    if (rule.mode === "live" && fires(rule, truths[at]!))
      yield { outcome: rule.outcome, reason: rule.reason, by: rule.name };
  }
  for (const { feature, bands, onMissing } of policy.scores) {
    const score = facts.value(feature);
    const answer = score === undefined ? onMissing : bandOf(bands, Number(score));
    // A score still pending once the outcome is settled asks for nothing: it was shown that it cannot matter.
    if (answer !== undefined && facts.state(feature) !== "pending") yield { ...answer, by: feature };
  }
  const threshold = bandOf(policy.points, points);
  if (threshold !== undefined) yield { ...threshold, by: pointsType };
}

function sumPoints(policy: Policy, truths: readonly Truth[]): number {
  return policy.rules.reduce(
    (sum, rule, at) => (rule.mode === "live" && fires(rule, truths[at]!) ? sum + rule.points : sum),
    0,
  );
}

/** Points rules ask for no outcome and come last. */
function rank({ outcomes }: Policy, { outcome }: Demand): number {
  return outcome === pointsType ? outcomes.length : outcomes.indexOf(outcome);
}

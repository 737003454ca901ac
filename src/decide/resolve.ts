import type { Reason } from "../domain/decision.ts";
import type { Facts } from "../domain/facts.ts";
import type { Truth } from "../policy/condition.ts";
import { type Answer, type Band, type Policy, pointsType, type Rule } from "../policy/policy.ts";
import { isLive } from "../policy/rollout.ts";

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
 * the default. Order of rules never matters. What is still open asks for nothing.
 * @param truths one for each of the policy's rules.
 */
export function resolve(policy: Policy, facts: Facts, truths: readonly Truth[]): Resolution {
  const fired = policy.rules.filter((rule, at) => fires(rule, facts, truths[at]!) && isLive(rule, facts) === true);
  const points = sumPoints(fired);
  const demands = [...demandsOf(policy, facts, fired, points)].sort(
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

/** Whether a rule counts as fired: one that stays unknown does not, unless its policy says so. */
export function fires(rule: Rule, facts: Facts, truth: Truth): boolean {
  return truth === true || (rule.firesOnUnknown && truth === "unknown" && !isOpen(rule, facts, truth));
}

/** Whether a rule's truth can still change: it is unknown, and something it reads is on its way. */
function isOpen(rule: Rule, facts: Facts, truth: Truth): boolean {
  return truth === "unknown" && rule.facts.some((fact) => facts.state(fact) === "pending");
}

/**
 * The points of the rules. Sums of fractions depend on their order and end beside what people expect (0.7 + 0.1 + 0.2 is
 * not 1), so they are added in order of size and rounded to 12 digits. More rules never give fewer points.
 */
export function sumPoints(rules: readonly Pick<Rule, "points">[]): number {
  const points = rules.flatMap((rule) => (rule.points > 0 ? [rule.points] : [])).sort((left, right) => left - right);
  return Number(points.reduce((sum, each) => sum + each, 0).toPrecision(12));
}

/** Of the bands that a number reaches, the strictest. */
export function bandOf(bands: readonly Band[], value: number): Band | undefined {
  return bands.find(({ gte }) => value >= gte);
}

/** What the policy answers when its gate says otherwise; undefined if it has none. */
export function gateAnswer(policy: Policy): Resolution | undefined {
  if (policy.gate === undefined) return undefined;
  const { outcome, reason } = policy.gate.otherwise;
  return {
    outcome,
    byDefault: false,
    reasons: reason === undefined ? [] : [toReason(policy, reason, "gate")],
    points: 0,
  };
}

function toReason(policy: Policy, code: string, by: string): Reason {
  return { code, message: policy.reasons.get(code) ?? "", rule: by };
}

/** Something that asks for an outcome. */
interface Demand extends Answer {
  /** A rule's name, a score feature, or `points`. */
  readonly by: string;
}

function* demandsOf(policy: Policy, facts: Facts, fired: readonly Rule[], points: number): Generator<Demand> {
  for (const { name, outcome, reason } of fired) yield { outcome, reason, by: name };
  for (const { feature, bands, onMissing } of policy.scores) {
    const score = facts.value(feature);
    const answer = score === undefined ? onMissing : bandOf(bands, Number(score));
    // A score still pending once the outcome is settled asks for nothing: it was shown that it cannot matter.
    if (answer !== undefined && facts.state(feature) !== "pending") yield { ...answer, by: feature };
  }
  const threshold = bandOf(policy.points, points);
  if (threshold !== undefined) yield { ...threshold, by: pointsType };
}

/** Points rules ask for no outcome and come last. */
function rank({ outcomes }: Policy, { outcome }: Demand): number {
  return outcome === pointsType ? outcomes.length : outcomes.indexOf(outcome);
}

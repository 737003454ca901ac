import type { Facts } from "../domain/facts.ts";
import type { Truth } from "../policy/condition.ts";
import { type Policy, pointsType, type Rule } from "../policy/policy.ts";
import { isLive } from "../policy/rollout.ts";
import { fires, isOpen, resolve, sumPoints } from "./resolve.ts";

/** Whether no pending feature can change the outcome any more. */
export function isSettled(policy: Policy, facts: Facts, truths: readonly Truth[]): boolean {
  return openFeatures(policy, facts, truths).size === 0;
}

/**
 * The pending features that can still change the outcome; none when it is settled.
 *
 * What is certain now can only be joined by more, and the strictest wins: so what is open matters only if it asks for a
 * stricter outcome. While nothing at all is certain the default holds, which anything may replace. A feature that does
 * not matter never will again: what is open only becomes less, and what is certain stricter.
 */
export function openFeatures(policy: Policy, facts: Facts, truths: readonly Truth[]): ReadonlySet<string> {
  const { outcome, byDefault, points } = resolve(policy, facts, truths);
  const rank = policy.outcomes.indexOf(outcome);
  const demands = openDemands(policy, facts, truths, points);
  const changes = byDefault
    ? demands.some((demand) => demand.outcome !== outcome)
    : demands.some((demand) => policy.outcomes.indexOf(demand.outcome) < rank);
  const features = new Set<string>();
  if (!changes) return features;
  for (const demand of demands) {
    if (!byDefault && policy.outcomes.indexOf(demand.outcome) >= rank) continue;
    for (const feature of demand.features) if (facts.state(feature) === "pending") features.add(feature);
  }
  return features;
}

/** An outcome that something still open may ask for, and the features that decide whether it does. */
interface OpenDemand {
  readonly outcome: string;
  readonly features: readonly string[];
}

function openDemands(policy: Policy, facts: Facts, truths: readonly Truth[], points: number): readonly OpenDemand[] {
  const { certain, open } = stateOfRules(policy, facts, truths);
  return [
    ...demandsOfRules(open),
    ...demandsOfScores(policy, facts),
    ...demandsOfPoints(policy, points, certain, open),
  ];
}

/** Live rules that hold, and those that still may. */
function stateOfRules(policy: Policy, facts: Facts, truths: readonly Truth[]): { certain: Rule[]; open: Rule[] } {
  const open: Rule[] = [];
  const certain: Rule[] = [];
  for (const [at, rule] of policy.rules.entries()) {
    const truth = truths[at]!;
    const counts = truth === false ? false : isLive(rule, facts);
    if (counts === false) continue;
    const holds = fires(rule, facts, truth);
    if (holds && counts === true) certain.push(rule);
    else if (holds || isOpen(rule, facts, truth)) open.push(rule);
  }
  return { certain, open };
}

function demandsOfRules(open: readonly Rule[]): OpenDemand[] {
  return open.flatMap((rule) =>
    rule.outcome === pointsType ? [] : [{ outcome: rule.outcome, features: readBy(rule) }],
  );
}

function demandsOfScores({ scores }: Policy, facts: Facts): OpenDemand[] {
  return scores
    .filter(({ feature }) => facts.state(feature) === "pending")
    .flatMap(({ feature, bands, onMissing }) =>
      [...bands, ...(onMissing === undefined ? [] : [onMissing])].map(({ outcome }) => ({
        outcome,
        features: [feature],
      })),
    );
}

/** The thresholds that the points so far do not reach, but all that may come would. */
function demandsOfPoints(
  policy: Policy,
  points: number,
  certain: readonly Rule[],
  open: readonly Rule[],
): OpenDemand[] {
  if (policy.points.length === 0) return [];
  const most = sumPoints([...certain, ...open]);
  const features = open.filter((rule) => rule.points > 0).flatMap(readBy);
  return policy.points.filter(({ gte }) => gte > points && gte <= most).map(({ outcome }) => ({ outcome, features }));
}

function readBy({ facts, rollout }: Rule): readonly string[] {
  return rollout === undefined ? facts : [...facts, rollout.by];
}

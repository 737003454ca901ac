import type { Facts } from "../domain/facts.ts";
import type { Truth } from "../policy/condition.ts";
import { type Policy, pointsType, type Rule, type ScoreFeature } from "../policy/policy.ts";
import { isLive } from "../policy/rollout.ts";
import { bandOf, sumPoints } from "./resolve.ts";

/**
 * Tells what a policy still waits for.
 * @returns the slots of pending features that can still change the outcome; none when it is settled.
 */
export type Settlement = (facts: Facts, truths: readonly Truth[]) => ReadonlySet<number>;

/**
 * Prepares the question for a policy: it is asked after every arrival.
 *
 * What is certain now can only be joined by more, and the strictest wins: so what is open matters only if it asks for a
 * stricter outcome. While nothing at all is certain the default holds, which anything may replace. A feature that does
 * not matter never will again: what is open only becomes less, and what is certain stricter.
 * @param slotOf the place of a feature in the context.
 */
export function settlementOf(policy: Policy, slotOf: (feature: string) => number): Settlement {
  const rankOf = (outcome: string) => policy.outcomes.indexOf(outcome);
  const rules = policy.rules.flatMap((rule, at) => (rule.mode === "live" ? [prepare(rule, at, rankOf, slotOf)] : []));
  const scores = policy.scores.map((score) => prepareScore(score, rankOf, slotOf));
  const thresholds = policy.points.map(({ gte, outcome }) => ({ gte, rank: rankOf(outcome) }));
  const byDefault = rankOf(policy.defaultOutcome);
  const slots = [...new Set([...rules.flatMap((rule) => rule.slots), ...scores.map(({ slot }) => slot)])];

  return (facts, truths) => {
    const pending: Pending = [];
    for (const slot of slots) pending[slot] = facts.at(slot) === undefined;
    const looked = lookAtRules(rules, facts, truths, pending);
    const demands: Demand[] = [];
    for (const each of looked.open) if (each.rank !== noOutcome) demands.push(each);
    const rank = Math.min(
      looked.strictest,
      ...scores.map((score) => lookAtScore(score, facts, pending, demands)),
      lookAtPoints(thresholds, looked, demands),
    );
    return slotsThatMatter(demands, rank, byDefault, pending);
  };
}

/** A score feature as the question needs it. */
interface PreparedScore {
  readonly slot: number;
  /** The rank of the outcome that it asks for; none without a value and an answer to that. */
  readonly rankAt: (facts: Facts) => number;
  /** Of all it may ask for. */
  readonly ranks: readonly number[];
}

function prepareScore(
  { feature, bands, onMissing }: ScoreFeature,
  rankOf: (outcome: string) => number,
  slotOf: (feature: string) => number,
): PreparedScore {
  return {
    slot: slotOf(feature),
    rankAt(facts) {
      const score = facts.value(feature);
      const answer = score === undefined ? onMissing : bandOf(bands, Number(score));
      return answer === undefined ? nothing : rankOf(answer.outcome);
    },
    ranks: [...bands, ...(onMissing === undefined ? [] : [onMissing])].map(({ outcome }) => rankOf(outcome)),
  };
}

/** @returns the rank of what the score asks for now. */
function lookAtScore(
  { slot, rankAt, ranks }: PreparedScore,
  facts: Facts,
  pending: Pending,
  demands: Demand[],
): number {
  if (!pending[slot]) return rankAt(facts);
  demands.push(...ranks.map((rank) => ({ rank, slots: [slot] })));
  return nothing;
}

/** @returns the rank of the strictest threshold reached now. */
function lookAtPoints(
  thresholds: readonly { readonly gte: number; readonly rank: number }[],
  { certain, open }: Looked,
  demands: Demand[],
): number {
  if (thresholds.length === 0) return nothing;
  const points = sumPoints(certain);
  const most = sumPoints([...certain, ...open]);
  const slots = open.filter((rule) => rule.points > 0).flatMap((rule) => rule.slots);
  let strictest = nothing;
  for (const { gte, rank } of thresholds) {
    if (gte <= points) strictest = Math.min(strictest, rank);
    else if (gte <= most) demands.push({ rank, slots });
  }
  return strictest;
}

/** By slot, of those that the policy's rules and bands look at: thousands of rules read the same features. */
type Pending = boolean[];

/** What a rule that only adds points asks for. */
const noOutcome = -1;
const nothing = Number.POSITIVE_INFINITY;

/** Something open that may ask for an outcome, and the features that decide whether it does. */
interface Demand {
  readonly rank: number;
  readonly slots: readonly number[];
}

/** A live rule as the question needs it. */
interface Prepared extends Demand {
  readonly at: number;
  readonly rule: Rule;
  readonly points: number;
}

function prepare(
  rule: Rule,
  at: number,
  rankOf: (outcome: string) => number,
  slotOf: (feature: string) => number,
): Prepared {
  const { facts, outcome, points, rollout } = rule;
  const features = rollout === undefined ? facts : [...facts, rollout.by];
  return { at, rule, points, rank: outcome === pointsType ? noOutcome : rankOf(outcome), slots: features.map(slotOf) };
}

interface Looked {
  /** The rank of the strictest outcome that a rule asks for now. */
  readonly strictest: number;
  readonly certain: readonly Prepared[];
  readonly open: readonly Prepared[];
}

/** Rules that hold, and those that still may. */
function lookAtRules(rules: readonly Prepared[], facts: Facts, truths: readonly Truth[], pending: Pending): Looked {
  let strictest = nothing;
  const certain: Prepared[] = [];
  const open: Prepared[] = [];
  for (const each of rules) {
    const truth = truths[each.at]!;
    if (truth === false) continue;
    const counts = each.rule.rollout === undefined ? true : isLive(each.rule, facts);
    if (counts === false) continue;
    const undecided = truth === "unknown" && isAnyPending(each.slots, pending);
    const holds = truth === true || (each.rule.firesOnUnknown && !undecided);
    if (holds && counts === true) {
      certain.push(each);
      if (each.rank !== noOutcome) strictest = Math.min(strictest, each.rank);
    } else if (holds || undecided) open.push(each);
  }
  return { strictest, certain, open };
}

function slotsThatMatter(
  demands: readonly Demand[],
  rank: number,
  byDefault: number,
  pending: Pending,
): ReadonlySet<number> {
  const certain = rank !== nothing;
  const slots = new Set<number>();
  if (!certain && demands.every((demand) => demand.rank === byDefault)) return slots;
  for (const demand of demands) {
    if (certain && demand.rank >= rank) continue;
    for (const slot of demand.slots) if (pending[slot]) slots.add(slot);
  }
  return slots;
}

function isAnyPending(slots: readonly number[], pending: Pending): boolean {
  for (const slot of slots) if (pending[slot]) return true;
  return false;
}

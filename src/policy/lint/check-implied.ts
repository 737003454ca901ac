import { pointsType, type Rule } from "../policy.ts";
import { doesNotFireLive, firesLive } from "./goals.ts";
import { type LintCall, placeOfRule, rankOf } from "./lint-call.ts";
import { partlyLive, whollyLive } from "./live.ts";
import { type Effort, type Goal, possible } from "./possible.ts";

/** Conditions looked at in comparing all pairs of rules; thousands of rules are compared as far as this reaches. */
const effortForAll = 3_000_000;
const effortForOne = 2_000;

/**
 * Finds live rules that another live rule makes superfluous: it fires whenever they do, and asks for as much or more. A
 * rule that is rolled out to a share of events makes none superfluous, but others may make it so.
 */
export function checkImplied(call: LintCall, never: ReadonlySet<string>): void {
  const rules = call.policy.rules.filter((rule) => partlyLive(rule) && !never.has(rule.name));
  const related = readersOf(rules);
  const effort: Effort = { left: effortForAll };
  const implies = implication(call, effort);
  const because = new Map<Rule, Rule>();
  /** Of rules that make each other superfluous one has to stay. */
  const restsOn = (other: Rule, rule: Rule): boolean => {
    const next = because.get(other);
    return next !== undefined && (next === rule || restsOn(next, rule));
  };
  for (const rule of rules) {
    let weaker: Superfluous | undefined;
    for (const other of related(rule)) {
      effort.left -= 1;
      if (effort.left < 0) return;
      if (other === rule || !whollyLive(other) || restsOn(other, rule)) continue;
      const found = compare(call, rule, other, implies);
      if (found === undefined || (weaker !== undefined && found.code === "only-adds-reason")) continue;
      weaker = found;
      because.set(rule, other);
      if (weaker.code !== "only-adds-reason") break;
    }
    if (weaker !== undefined)
      call.find(weaker.code, placeOfRule(call, rule.name), weaker.message, weaker.fix, rule.name);
  }
}

interface Superfluous {
  readonly code: "duplicate-rule" | "implied-rule" | "only-adds-reason";
  readonly message: string;
  readonly fix: string;
}

type Implies = (rule: Rule, other: Rule) => boolean;

function compare(call: LintCall, rule: Rule, other: Rule, implies: Implies): Superfluous | undefined {
  const givesPoints = rule.outcome === pointsType;
  if (givesPoints !== (other.outcome === pointsType) || (!givesPoints && rule.points > 0)) return undefined;
  if (rankOf(call, other.outcome) > rankOf(call, rule.outcome)) return undefined;
  const same = rule.outcome === other.outcome;
  if (!implies(rule, other)) return undefined;
  const mutual = same && whollyLive(rule) && implies(other, rule);
  // Of two that fire together one must stay: the first.
  if (mutual && call.policy.rules.indexOf(rule) < call.policy.rules.indexOf(other)) return undefined;
  if (givesPoints) return mutual ? duplicatePoints(other) : undefined;
  if (rule.reason !== undefined && rule.reason !== other.reason) return addsReason(rule.reason, rule, other);
  return mutual
    ? {
        code: "duplicate-rule",
        message: `fires exactly when "${other.name}" does, with the same outcome`,
        fix: "remove one of the two",
      }
    : {
        code: "implied-rule",
        message: `${whenever(rule, other)} and asks for ${other.outcome}`,
        fix: "remove it, or mend the conditions of one of the two",
      };
}

function duplicatePoints(other: Rule): Superfluous {
  return {
    code: "duplicate-rule",
    message: `adds points exactly when "${other.name}" does`,
    fix: "give all the points in one rule",
  };
}

function addsReason(reason: string, rule: Rule, other: Rule): Superfluous {
  return {
    code: "only-adds-reason",
    message: `only adds the reason ${reason}: ${whenever(rule, other)} and asks for ${other.outcome}`,
    fix: "keep it if the reason is wanted",
  };
}

function whenever({ rollout }: Rule, { name }: Rule): string {
  return `whenever it fires${rollout === undefined ? "" : " and is live"}, "${name}" fires too`;
}

/** Whether a rule that is wholly live fires wherever another does, of events that pass the gate. */
function implication({ features, gate }: LintCall, all: Effort): Implies {
  return (rule, other) => {
    const goals: Goal[] = [firesLive(rule), doesNotFireLive(other), ...gate];
    const effort: Effort = { left: effortForOne };
    const answer = possible(goals, features, effort);
    all.left -= effortForOne - effort.left;
    return answer === "no";
  };
}

/** Rules that read a feature in common, each once: others cannot imply each other, unless one always fires. */
function readersOf(rules: readonly Rule[]): (rule: Rule) => Iterable<Rule> {
  const readers = Map.groupBy(
    rules.flatMap((rule) => rule.facts.map((fact) => ({ fact, rule }))),
    ({ fact }) => fact,
  );
  return function* ({ facts }) {
    for (const [at, fact] of facts.entries()) {
      const before = facts.slice(0, at);
      for (const { rule } of readers.get(fact)!)
        if (!before.some((earlier) => rule.facts.includes(earlier))) yield rule;
    }
  };
}

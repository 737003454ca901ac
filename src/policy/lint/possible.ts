import type { Condition } from "../condition.ts";
import { allContexts, type Demand } from "./context-sets.ts";
import type { LintFeature } from "./lint-feature.ts";
import { rewrite } from "./rewrite.ts";

/** A condition that is demanded to be true, or false, or not the other. */
export interface Goal extends Demand {
  readonly condition: Condition;
}

/** How much work one question may be, in conditions looked at. */
export interface Effort {
  left: number;
}

const enough = 5_000;
/** Alternatives within alternatives; bounds the recursion. */
const deepest = 300;

/**
 * Whether some context meets all goals at once. `no` is certain, for contexts whose features have their declared types;
 * `maybe` is not, also because it gives up where too many combinations would have to be tried.
 *
 * Goals are taken apart as in an analytic tableau: what must hold together narrows the set of contexts, and of
 * alternatives one after another is tried. The rules of three-valued logic (Kleene) allow that for "true" and for "not
 * false" alike.
 */
export function possible(
  goals: readonly Goal[],
  features: ReadonlyMap<string, LintFeature>,
  effort: Effort = { left: enough },
): "no" | "maybe" {
  const contexts = allContexts(features);

  /** Narrows by all that must hold together, and gathers the alternatives. False: nothing is left. */
  const narrow = ({ condition, negated, leniently }: Goal, alternatives: Goal[][]): boolean => {
    effort.left -= 1;
    if (effort.left < 0) return true;
    if (condition.kind === "leaf") {
      const simpler = rewrite(condition);
      return simpler === undefined
        ? contexts.demand(condition, { negated, leniently })
        : narrow({ condition: simpler, negated, leniently }, alternatives);
    }
    if (condition.kind === "not")
      return narrow({ condition: condition.child, negated: !negated, leniently }, alternatives);
    const parts = condition.children.map((child): Goal => ({ condition: child, negated, leniently }));
    if ((condition.kind === "all") !== negated || parts.length === 1)
      return parts.every((part) => narrow(part, alternatives));
    alternatives.push(parts);
    return true;
  };

  const meets = (together: readonly Goal[], alternatives: readonly Goal[][], depth: number): boolean => {
    const mark = contexts.mark();
    const open = [...alternatives];
    if (!together.every((goal) => narrow(goal, open))) {
      contexts.undo(mark);
      return false;
    }
    if (effort.left < 0 || depth > deepest) return true;
    const [first, ...rest] = open;
    if (first === undefined || first.some((goal) => meets([goal], rest, depth + 1))) return true;
    contexts.undo(mark);
    return false;
  };

  return meets(goals, [], 0) ? "maybe" : "no";
}

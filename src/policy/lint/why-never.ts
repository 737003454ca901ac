import type { Condition } from "../condition.ts";
import { explainCondition } from "../explain-condition.ts";
import type { LintFeature } from "./lint-feature.ts";
import { type Goal, possible } from "./possible.ts";

/** The part that cannot hold, or the two parts that exclude each other, if it is as simple as that. */
export function whyNever(condition: Condition, features: ReadonlyMap<string, LintFeature>): string {
  const impossible = (...goals: readonly Goal[]) => possible(goals, features) === "no";
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

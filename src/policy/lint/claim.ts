import { inListOperator, type Leaf, notInListOperator } from "../condition.ts";
import type { LintFeature } from "./lint-feature.ts";
import { isNumeric } from "./values.ts";

/** Something that is true or false of a context. The same name with both truths is a contradiction. */
export interface Claim {
  readonly name: string;
  readonly truth: boolean;
}

/**
 * What a comparison claims whose values are not worked out: one of two features, or one with an unusual operator. Claims
 * on the order of two numbers are all put in terms of "over", so that `a < b` contradicts `a >= b` and `b <= a`.
 * @param leaf one that `rewrite` leaves as it is.
 */
export function claimOf(leaf: Leaf, features: ReadonlyMap<string, LintFeature>, truth: boolean): Claim {
  const { fact, valueFact, operator, value } = leaf;
  if (operator === notInListOperator) return { name: nameOf(fact, inListOperator, value), truth: !truth };
  if (valueFact === undefined || operator.includes(":")) return { name: nameOf(fact, operator, value), truth };
  const over = (left: string, right: string, holds: boolean): Claim => ({
    name: `${left} over ${right}`,
    truth: holds,
  });
  const ordered = [fact, valueFact].every((name) => isNumeric(features.get(name)?.type ?? "string"));
  switch (operator) {
    case "equal":
    case "notEqual":
      return { name: [fact, valueFact].sort().join(" equals "), truth: truth === (operator === "equal") };
    case "greaterThan":
    case "after":
      if (ordered) return over(fact, valueFact, truth);
      break;
    case "lessThan":
    case "before":
      if (ordered) return over(valueFact, fact, truth);
      break;
    case "greaterThanInclusive":
      if (ordered) return over(valueFact, fact, !truth);
      break;
    case "lessThanInclusive":
      if (ordered) return over(fact, valueFact, !truth);
      break;
  }
  return { name: nameOf(fact, operator, { fact: valueFact }), truth };
}

/** The same for the same comparison, and for no other. */
function nameOf(fact: string, operator: string, value: unknown): string {
  // 1e999 in a document is infinite, which JSON cannot write.
  const finite = (_: string, each: unknown) =>
    typeof each === "number" && !Number.isFinite(each) ? { number: String(each) } : each;
  return JSON.stringify([fact, operator, value], finite);
}

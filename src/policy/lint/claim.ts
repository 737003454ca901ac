import type { Leaf } from "../condition.ts";
import { operatorOf } from "./comparison.ts";
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
 */
export function claimOf(leaf: Leaf, features: ReadonlyMap<string, LintFeature>, truth: boolean): Claim {
  const { fact, valueFact, operator } = leaf;
  const { base, decorators } = operatorOf(operator);
  const plain = decorators.every((each) => each === "not");
  if (valueFact === undefined || !plain) return { name: JSON.stringify([fact, operator, leaf.value]), truth };
  const stated = truth !== (decorators.length % 2 === 1);
  const over = (left: string, right: string, holds: boolean): Claim => ({
    name: `${left} over ${right}`,
    truth: holds,
  });
  const ordered = [fact, valueFact].every((name) => isNumeric(features.get(name)?.type ?? "string"));
  switch (base) {
    case "equal":
    case "notEqual":
      return { name: [fact, valueFact].sort().join(" equals "), truth: stated === (base === "equal") };
    case "greaterThan":
      if (ordered) return over(fact, valueFact, stated);
      break;
    case "lessThan":
      if (ordered) return over(valueFact, fact, stated);
      break;
    case "greaterThanInclusive":
      if (ordered) return over(valueFact, fact, !stated);
      break;
    case "lessThanInclusive":
      if (ordered) return over(fact, valueFact, !stated);
      break;
  }
  return { name: JSON.stringify([fact, base, valueFact]), truth: stated };
}

import {
  inListOperator,
  isMissingOperator,
  isPresentOperator,
  type Leaf,
  notInListOperator,
  reasonsAsked,
} from "./condition.ts";
import { customOperators } from "./operators/custom.ts";

/** A comparison in words: `amount is over 220`. */
export function explainComparison(leaf: Leaf, negated: boolean): string {
  const { fact, operator, value, valueFact, path } = leaf;
  const subject = path === undefined ? fact : `${fact} at ${path}`;
  const reasons = reasonsAsked(leaf);
  if (reasons !== undefined) return `${subject} is ${negated ? "not " : ""}missing for ${reasons.join(" or ")}`;
  if (operator === isMissingOperator || operator === isPresentOperator) {
    const missing = ((operator === isMissingOperator) === value) !== negated;
    return `${subject} is ${missing ? "missing" : "known"}`;
  }
  const other = valueFact ?? valueText(value);
  const plain = operator.replace(/^(not:)+/, "");
  const turned = (operator.length - plain.length) / "not:".length;
  const phrases = customOperators.get(plain)?.words ?? verbs[plain];
  if (phrases !== undefined) return `${subject} ${phrases[negated === (turned % 2 === 1) ? 0 : 1]} ${other}`;
  return `${subject} ${negated ? "does not pass" : "passes"} ${operator} ${other}`;
}

/** Texts in quotes, so that `"5"` and `5` differ. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `(${value.map(valueText).join(", ")})`;
  // JSON has no infinity, but a number as large as 1e999 becomes one.
  if (typeof value === "object" && value !== null) return partsText(value);
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** `from 22:00, to 06:00, zone Europe/Berlin` */
function partsText(parts: object): string {
  return Object.entries(parts)
    .map(([name, part]) => `${name} ${Array.isArray(part) ? part.join(" ") : part}`)
    .join(", ");
}

/** What is said of a comparison that holds, and of one that does not. */
const verbs: Readonly<Record<string, readonly [holds: string, fails: string]>> = {
  equal: ["is", "is not"],
  notEqual: ["is not", "is"],
  in: ["is one of", "is none of"],
  notIn: ["is none of", "is one of"],
  contains: ["contains", "does not contain"],
  doesNotContain: ["lacks", "does not lack"],
  lessThan: ["is under", "is not under"],
  lessThanInclusive: ["is at most", "is not at most"],
  greaterThan: ["is over", "is not over"],
  greaterThanInclusive: ["is at least", "is not at least"],
  [inListOperator]: ["is in the list", "is not in the list"],
  [notInListOperator]: ["is not in the list", "is in the list"],
};

import { asksList, type Condition, type Leaf } from "./condition.ts";
import { customOperators } from "./operators/custom.ts";

/** What looking an entry up in a list takes, in comparisons. */
const lookup = 10;

/** How many comparisons evaluating a condition takes at most. */
export function costOf(condition: Condition): number {
  if (condition.kind === "leaf") return costOfLeaf(condition);
  if (condition.kind === "not") return costOf(condition.child);
  return condition.children.reduce((sum, child) => sum + costOf(child), 0);
}

/** A list is walked from one end to the other, whether by `in` or entry by entry with a decorator. */
function costOfLeaf(leaf: Leaf): number {
  const each = asksList(leaf) ? lookup : (customOperators.get(leaf.operator.split(":").at(-1)!)?.cost ?? 1);
  return Array.isArray(leaf.value) ? each * Math.max(1, leaf.value.length) : each;
}

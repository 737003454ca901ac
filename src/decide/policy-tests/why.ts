import type { Leaf } from "../../policy/condition.ts";
import type { Explanation } from "../../policy/evaluate.ts";
import { explainComparison } from "../../policy/explain-comparison.ts";

type ExplainedLeaf = Extract<Explanation, { kind: "leaf" }>;

/** Why a condition is true, false or unknown, in words: the comparisons that decided it, with what they compared. */
export function why(tree: Explanation): string {
  return [...new Set([...deciding(tree)].map(inWords))].join("; ");
}

/** The leaves without which the result would be another, or might be. */
function* deciding(tree: Explanation): Generator<ExplainedLeaf> {
  if (tree.kind === "leaf") yield tree;
  else if (tree.kind === "not") yield* deciding(tree.children[0]!);
  else for (const child of tree.children.filter(({ result }) => result === tree.result)) yield* deciding(child);
}

function inWords(leaf: ExplainedLeaf): string {
  const { fact, actual, result } = leaf;
  const said = explainComparison(toLeaf(leaf), result === false);
  if (result === "unknown")
    return `it is not known whether ${said}${actual === undefined ? `: ${fact} is missing` : ""}`;
  return actual === undefined || said === `${fact} is ${JSON.stringify(actual)}`
    ? said
    : `${said} (it is ${JSON.stringify(actual)})`;
}

function toLeaf({ fact, operator, threshold }: ExplainedLeaf): Leaf {
  const other = typeof threshold === "object" && threshold !== null && Object.hasOwn(threshold, "fact");
  const valueFact = other ? (threshold as { fact: string }).fact : undefined;
  return {
    kind: "leaf",
    fact,
    operator,
    value: threshold,
    valueFact,
    valuePath: undefined,
    path: undefined,
    label: undefined,
  };
}

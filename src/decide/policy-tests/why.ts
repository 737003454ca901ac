import type { MissingReason } from "../../domain/feature.ts";
import type { Leaf } from "../../policy/condition.ts";
import type { Explanation } from "../../policy/evaluate.ts";
import { explainComparison } from "../../policy/explain-comparison.ts";

type ExplainedLeaf = Extract<Explanation, { kind: "leaf" }>;

/** Why a feature has no value of its own; undefined if it has one. */
type ReasonOf = (feature: string) => MissingReason | undefined;

/** Why a condition is true, false or unknown, in words: the comparisons that decided it, with what they compared. */
export function why(tree: Explanation, reasonOf: ReasonOf): string {
  return [...new Set([...deciding(tree)].map((leaf) => inWords(leaf, reasonOf)))].join("; ");
}

/** The leaves without which the result would be another, or might be. */
function* deciding(tree: Explanation): Generator<ExplainedLeaf> {
  if (tree.kind === "leaf") yield tree;
  else if (tree.kind === "not") yield* deciding(tree.children[0]!);
  else for (const child of tree.children.filter(({ result }) => result === tree.result)) yield* deciding(child);
}

function inWords(explained: ExplainedLeaf, reasonOf: ReasonOf): string {
  const { actual, result } = explained;
  const leaf = toLeaf(explained);
  const said = explainComparison(leaf, result === false);
  if (result === "unknown") {
    const missing = missingIn(explained, leaf).map((feature) => `${feature} is missing (${reasonOf(feature)})`);
    return [`it is not known whether ${said}`, ...missing].join(": ");
  }
  const details = [...actualText(explained, leaf, said), ...otherText(explained, leaf)];
  const reason = reasonOf(leaf.fact);
  if (reason !== undefined) details.push(actual === undefined ? reason : `standing in: ${reason}`);
  return details.length === 0 ? said : `${said} (${details.join(", ")})`;
}

/** What was compared; nothing where the words tell it already. */
function actualText({ fact, actual }: ExplainedLeaf, { path }: Leaf, said: string): string[] {
  if (actual === undefined || (path === undefined && said === `${fact} is ${JSON.stringify(actual)}`)) return [];
  return [`it is ${JSON.stringify(actual)}`];
}

/** What it was compared with, if that is a feature too. */
function otherText({ threshold }: ExplainedLeaf, { valueFact }: Leaf): string[] {
  if (valueFact === undefined) return [];
  return [`${valueFact} is ${JSON.stringify((threshold as { value?: unknown }).value)}`];
}

function missingIn({ fact, actual, threshold }: ExplainedLeaf, { valueFact }: Leaf): string[] {
  const other = valueFact !== undefined && (threshold as { value?: unknown }).value === undefined ? [valueFact] : [];
  return actual === undefined ? [fact, ...other] : other;
}

function toLeaf({ fact, operator, threshold }: ExplainedLeaf): Leaf {
  const other = typeof threshold === "object" && threshold !== null && Object.hasOwn(threshold, "fact");
  return {
    kind: "leaf",
    fact,
    operator,
    value: threshold,
    valueFact: other ? (threshold as { fact: string }).fact : undefined,
    valuePath: undefined,
    path: undefined,
    label: undefined,
  };
}

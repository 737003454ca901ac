import { type Condition, type Leaf, leaves, type Truth } from "../../policy/condition.ts";
import type { Explanation } from "../../policy/evaluate.ts";
import { explainComparison } from "../../policy/explain-comparison.ts";
import type { ComparisonPlace } from "../../policy/places.ts";

/** One thing that tests should see from every side. */
export interface Covered {
  readonly what: "gate" | "rule" | "comparison" | "band" | "threshold";
  /** The rule it is, or is part of; undefined for the gate and its comparisons, and for bands and thresholds. */
  readonly rule: string | undefined;
  /** In words. */
  readonly text: string;
  /** In the policy's document, from 1; a comparison of a shared condition stands where that one is used. */
  readonly line: number | undefined;
  /** The shared condition in which a comparison is written. */
  readonly sharedCondition: string | undefined;
  /** The sides that a test saw: of a rule `fired` and `not fired`, of a comparison `true` and `false`, … */
  readonly seen: readonly string[];
  /** The sides that no test saw. */
  readonly unseen: readonly string[];
  /** Whether a test saw it unknown. No side: not everything can be, and tests need not show it. */
  readonly seenUnknown: boolean;
}

/** A thing to cover, and what was seen of it. */
interface Part extends Pick<Covered, "what" | "text"> {
  readonly rule?: string;
  readonly place?: ComparisonPlace | { readonly line: number | undefined } | undefined;
  readonly sides: readonly string[];
  /** What was seen, sides and others, in any number. */
  readonly found: readonly string[];
}

export function toItem({ what, text, rule, place, sides, found }: Part): Covered {
  return {
    what,
    rule,
    text,
    line: place?.line,
    sharedCondition: place !== undefined && "shared" in place ? place.shared : undefined,
    seen: sides.filter((side) => found.includes(side)),
    unseen: sides.filter((side) => !found.includes(side)),
    seenUnknown: found.includes("unknown"),
  };
}

interface Comparisons {
  readonly rule?: string;
  readonly condition: Condition;
  /** One for each run. */
  readonly trees: readonly Explanation[];
  readonly places: readonly ComparisonPlace[] | undefined;
}

/** Each comparison of a gate or rule, in document order; the same comparison twice in one counts once. */
export function comparisonItems({ condition, trees, places, ...rule }: Comparisons): Covered[] {
  const truths = trees.map((tree) => [...leafTruths(tree)]);
  const parts = new Map<string, Part & { readonly found: string[] }>();
  for (const [at, leaf] of [...leaves(condition)].entries()) {
    const text = inWords(leaf);
    const part = parts.get(text) ?? {
      ...rule,
      what: "comparison",
      text,
      place: places?.[at],
      sides: ["true", "false"],
      found: [],
    };
    parts.set(text, part);
    part.found.push(...new Set(truths.map((each) => String(each[at]!))));
  }
  return [...parts.values()].map(toItem);
}

function inWords(leaf: Leaf): string {
  return leaf.label === undefined
    ? explainComparison(leaf, false)
    : `${leaf.label} (${explainComparison(leaf, false)})`;
}

function* leafTruths(tree: Explanation): Generator<Truth> {
  if (tree.kind === "leaf") yield tree.result;
  else for (const child of tree.children) yield* leafTruths(child);
}

import { type Condition, type Leaf, leaves, type Truth } from "../../policy/condition.ts";
import type { Explanation } from "../../policy/evaluate.ts";
import { explainComparison } from "../../policy/explain-comparison.ts";
import type { CompiledPolicy } from "../compile.ts";
import { bandOf, fires } from "../resolve.ts";
import type { TestRun } from "./run-test.ts";

/** One thing that tests should see from every side. */
export interface Covered {
  readonly what: "gate" | "rule" | "comparison" | "band" | "threshold";
  /** The rule it is, or is part of. */
  readonly rule: string | undefined;
  /** In words. */
  readonly text: string;
  /** The sides that no test saw: of a rule `fired` and `not fired`, of a comparison `true` and `false`, … */
  readonly unseen: readonly string[];
}

/** How much of a policy its tests see. */
export interface Coverage {
  readonly policy: string;
  /** Sides seen and sides there are. */
  readonly seen: number;
  readonly sides: number;
  /** The share of sides seen, 0 to 100. */
  readonly percent: number;
  readonly items: readonly Covered[];
}

/** What the runs of a policy's tests saw: rules and comparisons both ways, the gate both ways, every band and threshold. */
export async function coverageOf(compiled: CompiledPolicy, runs: readonly TestRun[]): Promise<Coverage> {
  const { policy, rules } = compiled;
  const decided = runs.filter(({ truths }) => truths.length > 0);
  const trees = await Promise.all(decided.map(({ context }) => rules.explain(context)));
  const items = [
    ...gateItems(compiled, runs),
    ...policy.rules.flatMap((rule, at) => [
      item(
        "rule",
        rule.name,
        rule.name,
        ["fired", "not fired"],
        [...decided.map(({ context, truths }) => (fires(rule, context, truths[at]!) ? "fired" : "not fired"))],
      ),
      ...comparisonItems(
        rule.name,
        rule.conditions,
        trees.map((each) => each[at]!),
      ),
    ]),
    ...policy.scores.flatMap(({ feature, bands }) => {
      const reached = decided.map(({ context }) => {
        const score = context.value(feature);
        return score === undefined ? undefined : bandOf(bands, Number(score));
      });
      return bands.map((band) =>
        item("band", undefined, `${feature} from ${band.gte}`, ["reached"], reached.includes(band) ? ["reached"] : []),
      );
    }),
    ...policy.points.map((threshold) => {
      const reached = decided.some(({ resolution: { points } }) => bandOf(policy.points, points) === threshold);
      return item("threshold", undefined, `${threshold.gte} points`, ["reached"], reached ? ["reached"] : []);
    }),
  ];
  const sides = items.reduce((sum, each) => sum + each.sides, 0);
  const seen = sides - items.reduce((sum, { unseen }) => sum + unseen.length, 0);
  const percent = sides === 0 ? 100 : Math.floor((seen / sides) * 1000) / 10;
  return { policy: policy.id, seen, sides, percent, items: items.map(({ sides: _, ...each }) => each) };
}

type Item = Covered & { readonly sides: number };

function item(
  what: Covered["what"],
  rule: string | undefined,
  text: string,
  sides: readonly string[],
  seen: readonly string[],
): Item {
  return { what, rule, text, unseen: sides.filter((side) => !seen.includes(side)), sides: sides.length };
}

function gateItems({ policy }: CompiledPolicy, runs: readonly TestRun[]): Item[] {
  if (policy.gate === undefined) return [];
  const seen = runs.map(({ gate }) => (gate === false ? "answers" : "lets through"));
  return [item("gate", undefined, "the gate", ["answers", "lets through"], seen)];
}

/** Each comparison of a rule, in document order; the same comparison twice in one rule counts once. */
function comparisonItems(rule: string, condition: Condition, trees: readonly Explanation[]): Item[] {
  const truths = trees.map((tree) => [...leafTruths(tree)]);
  const seen = new Map<string, Set<Truth>>();
  for (const [at, leaf] of [...leaves(condition)].entries()) {
    const text = inWords(leaf);
    const truthsOfLeaf = seen.get(text) ?? new Set();
    for (const each of truths) truthsOfLeaf.add(each[at]!);
    seen.set(text, truthsOfLeaf);
  }
  return [...seen].map(([text, found]) => item("comparison", rule, text, ["true", "false"], [...found].map(String)));
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

import type { Facts } from "../domain/facts.ts";
import type { FeatureValue } from "../domain/feature.ts";
import type { Condition, Leaf, Truth } from "./condition.ts";
import { all, any, not } from "./condition.ts";

/** Evaluates a fixed list of conditions over one context after another. Implementations must agree. */
export interface Evaluator {
  /** Begins with one context, whose features arrive while it goes on. */
  begin(facts: Facts): Evaluation;
  /** One truth for each condition, in order, of a context as it is. Never throws, whatever the facts. */
  evaluate(facts: Facts): Truths | Promise<Truths>;
  /** One tree for each condition, in order, with every leaf evaluated, also where the result did not need it. */
  explain(facts: Facts): readonly Explanation[] | Promise<readonly Explanation[]>;
}

/** One truth for each condition, in order. */
export type Truths = readonly Truth[];

/** Conditions over one context. True and false never change; unknown may, as long as a feature is pending. */
export interface Evaluation {
  /** Looks only at what the features that arrived since may have changed. Never throws. The same list each time, updated. */
  update(): Truths | Promise<Truths>;
}

/** @param slotOf the place in the context of a feature that a condition reads. */
export type MakeEvaluator = (conditions: readonly Condition[], slotOf: (fact: string) => number) => Evaluator;

/** A condition with its truth, for people. */
export type Explanation =
  | {
      readonly kind: "leaf";
      readonly label: string | undefined;
      readonly fact: string;
      readonly operator: string;
      /** What it was compared with. */
      readonly threshold: unknown;
      /** The fact's value; undefined if it has none. */
      readonly actual: FeatureValue | undefined;
      readonly result: Truth;
    }
  | {
      readonly kind: "all" | "any" | "not";
      readonly label: string | undefined;
      readonly children: readonly Explanation[];
      readonly result: Truth;
    };

/** The tree of a condition whose leaves' truths are known. */
export function explainTree(condition: Condition, facts: Facts, truthOf: (leaf: Leaf) => Truth): Explanation {
  if (condition.kind === "leaf") {
    const { label, fact, operator, valueFact } = condition;
    const threshold = valueFact === undefined ? condition.value : { fact: valueFact, value: facts.value(valueFact) };
    return { kind: "leaf", label, fact, operator, threshold, actual: facts.value(fact), result: truthOf(condition) };
  }
  const children = (condition.kind === "not" ? [condition.child] : condition.children).map((child) =>
    explainTree(child, facts, truthOf),
  );
  const truths = children.map(({ result }) => result);
  const result = condition.kind === "all" ? all(truths) : condition.kind === "any" ? any(truths) : not(truths[0]!);
  return { kind: condition.kind, label: condition.label, children, result };
}

import type { Facts } from "../domain/facts.ts";

/** True, false, or not known because a feature is pending or missing. */
export type Truth = true | false | "unknown";

/** A comparison of one fact. */
export interface Leaf {
  readonly kind: "leaf";
  readonly fact: string;
  readonly operator: string;
  /** What to compare with, unless `valueFact` is given. */
  readonly value: unknown;
  readonly valueFact: string | undefined;
  /** A path into the value of `valueFact`. */
  readonly valuePath: string | undefined;
  /** A path into the fact's value. */
  readonly path: string | undefined;
  readonly label: string | undefined;
  /** Where it asks for a list that has to be fetched: the feature that says whether the fact's value is in it. */
  readonly membership?: string;
}

/** A condition with shared conditions already in place. Small frozen nodes; functions over them. */
export type Condition =
  | Leaf
  | { readonly kind: "all" | "any"; readonly children: readonly Condition[]; readonly label: string | undefined }
  | { readonly kind: "not"; readonly child: Condition; readonly label: string | undefined };

/** Operators that ask about missing itself, and so have an answer for a missing feature. */
export const isMissingOperator = "isMissing";
export const isPresentOperator = "isPresent";

/** Operators that ask whether the fact is an entry of a list; their value is the list's name. */
export const inListOperator = "inList";
export const notInListOperator = "notInList";

export function asksMissing({ operator }: Pick<Leaf, "operator">): boolean {
  return operator === isMissingOperator || operator === isPresentOperator;
}

/** The reasons that an `isMissing` asks for; undefined if it asks for none in particular. */
export function reasonsAsked({ operator, value }: Pick<Leaf, "operator" | "value">): readonly unknown[] | undefined {
  if (operator !== isMissingOperator || typeof value === "boolean") return undefined;
  return Array.isArray(value) ? value : [value];
}

export function asksList({ operator }: Pick<Leaf, "operator">): boolean {
  return operator === inListOperator || operator === notInListOperator;
}

/** The name of such a feature; no feature of a catalogue can have it. */
export function membershipOf(fact: string, list: string): string {
  return `${fact} in ${list}`;
}

/** Every leaf, in document order. */
export function* leaves(condition: Condition): Generator<Leaf> {
  if (condition.kind === "leaf") yield condition;
  else if (condition.kind === "not") yield* leaves(condition.child);
  else for (const child of condition.children) yield* leaves(child);
}

/** The features a condition reads. */
export function factsOf(condition: Condition): Set<string> {
  const facts = new Set<string>();
  for (const leaf of leaves(condition)) {
    facts.add(leaf.fact);
    if (leaf.valueFact !== undefined) facts.add(leaf.valueFact);
    if (leaf.membership !== undefined) facts.add(leaf.membership);
  }
  return facts;
}

/** Whether a leaf can be evaluated: what it reads is present, or missing where it asks about missing itself. */
export function isKnown(leaf: Leaf, facts: Facts): boolean {
  if (asksMissing(leaf)) return facts.state(leaf.fact) !== "pending";
  if (leaf.membership !== undefined) return facts.state(leaf.membership) === "present";
  if (facts.state(leaf.fact) !== "present") return false;
  if (asksList(leaf)) return facts.isListed(String(leaf.value), facts.value(leaf.fact)!) !== undefined;
  return leaf.valueFact === undefined || facts.state(leaf.valueFact) === "present";
}

/** `all` in three values (Kleene's strong logic): false wins, then unknown. */
export function all(truths: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === "unknown") result = "unknown";
  }
  return result;
}

/** `any`: the mirror of `all`. */
export function any(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === "unknown") result = "unknown";
  }
  return result;
}

/** `not unknown` is unknown. */
export function not(truth: Truth): Truth {
  return truth === "unknown" ? truth : !truth;
}

import { asksList, isMissingOperator, isPresentOperator, type Leaf, reasonsAsked } from "../condition.ts";
import { claimOf } from "./claim.ts";
import { meaningOf } from "./comparison.ts";
import type { LintFeature } from "./lint-feature.ts";
import { everyValue, isEmpty, type Restriction, restrict, type Values } from "./values.ts";

/** What is demanded of a leaf: that it is true (or false, `negated`), or, `leniently`, that or unknown. */
export interface Demand {
  readonly negated: boolean;
  readonly leniently: boolean;
}

/** The contexts that a list of demands leaves. What was demanded last can be taken back. */
export interface ContextSet {
  /** False if no context is left; the set is then of no use until undone. */
  demand(leaf: Leaf, demand: Demand): boolean;
  /** A mark to undo to. */
  mark(): number;
  undo(mark: number): void;
}

/** What one feature may still be: of some values, or missing. */
interface Possible {
  readonly values: Values | undefined;
  readonly missing: boolean;
}

/**
 * All complete contexts: every feature has a value of its declared type, or is missing. One still to come needs no thought
 * of its own: what is true or false before it has come stays so.
 */
export function allContexts(features: ReadonlyMap<string, LintFeature>): ContextSet {
  const possible = new Map<string, Possible>();
  const claims = new Map<string, boolean>();
  const trail: (() => void)[] = [];

  const get = (name: string): Possible => possible.get(name) ?? initially(features.get(name));
  const put = (name: string, next: Possible): boolean => {
    const before = possible.get(name);
    trail.push(() => (before === undefined ? possible.delete(name) : possible.set(name, before)));
    possible.set(name, next);
    return next.values !== undefined || next.missing;
  };
  const demandAbsence = ({ fact }: Leaf, absent: boolean): boolean => {
    const { values, missing } = get(fact);
    return put(fact, { values: absent ? undefined : values, missing: absent && missing });
  };
  const demandValues = ({ fact }: Leaf, restriction: Restriction, leniently: boolean): boolean => {
    const { values, missing } = get(fact);
    const left = values && restrict(values, restriction);
    return put(fact, {
      values: left === undefined || isEmpty(left) ? undefined : left,
      missing: leniently && missing,
    });
  };
  const demandClaim = (leaf: Leaf, demanded: boolean, leniently: boolean): boolean => {
    const { name, truth } = claimOf(leaf, features, demanded);
    const known = claims.get(name);
    // What is claimed already is neither missing nor unknown.
    if (known !== undefined) return known === truth;
    const facts = leaf.valueFact === undefined ? [leaf.fact] : [leaf.fact, leaf.valueFact];
    // Absence alone makes it unknown, whatever would be claimed of values; so does a list that cannot be read.
    if (leniently && (asksList(leaf) || facts.some((fact) => get(fact).missing))) return true;
    trail.push(() => claims.delete(name));
    claims.set(name, truth);
    return facts.every((fact) => put(fact, { values: get(fact).values, missing: false }));
  };

  return {
    demand(leaf, { negated, leniently }) {
      // Whatever other reason there may be is not followed up: a context too many only keeps a finding back.
      if (reasonsAsked(leaf) !== undefined) return negated || demandAbsence(leaf, true);
      if (leaf.operator === isMissingOperator || leaf.operator === isPresentOperator)
        return demandAbsence(leaf, ((leaf.operator === isMissingOperator) === leaf.value) !== negated);
      const type = features.get(leaf.fact)?.type ?? "string";
      const meaning = leaf.valueFact === undefined ? meaningOf(leaf, type, !negated) : "opaque";
      return meaning === "opaque" ? demandClaim(leaf, !negated, leniently) : demandValues(leaf, meaning, leniently);
    },
    mark: () => trail.length,
    undo(mark) {
      while (trail.length > mark) trail.pop()!();
    },
  };
}

function initially(feature: LintFeature | undefined): Possible {
  const { type = "string", presence = "may-miss", minimum } = feature ?? {};
  return { values: everyValue(type, minimum), missing: presence === "may-miss" };
}

import fc from "fast-check";
import type { Facts, FeatureState } from "../../../src/domain/facts.ts";
import { type FeatureType, type FeatureValue, Missing } from "../../../src/domain/feature.ts";

/** A feature's value, or the state it has instead of one. */
export type Fact = { readonly value: FeatureValue } | Missing | Exclude<FeatureState, "present">;
export type FactTable = Readonly<Record<string, Fact>>;

/** Every feature that generated conditions may read. */
export const featureTypes = new Map<string, FeatureType>([
  ["amount", "double"],
  ["count", "integer"],
  ["country", "string"],
  ["code", "string"],
  ["known", "boolean"],
  ["since", "timestamp"],
]);
export const featureNames = [...featureTypes.keys()];

const slots: string[] = [];

/** The place of a feature in every context that `factsOf` makes. */
export function slotOf(name: string): number {
  const known = slots.indexOf(name);
  return known >= 0 ? known : slots.push(name) - 1;
}

/** Entries of lists by name; a list that is not there cannot be read. */
export type ListTable = Readonly<Record<string, readonly string[]>>;

export function factsOf(table: FactTable, lists: ListTable = {}): Facts {
  const find = (name: string): Fact => {
    if (Object.hasOwn(table, name)) return table[name]!;
    const [, fact, list] = membership.exec(name) ?? [];
    return fact === undefined ? "missing" : member(find(fact), lists[list!]);
  };
  return {
    at: (slot) => {
      const fact = find(slots[slot]!);
      if (fact === "pending") return undefined;
      if (fact === "missing") return Missing.not_found;
      return fact instanceof Missing ? fact : fact.value;
    },
    isListed: (list, value) => (Object.hasOwn(lists, list) ? lists[list]!.includes(String(value)) : undefined),
    value: (name) => {
      const fact = find(name);
      return typeof fact === "object" && "value" in fact ? fact.value : undefined;
    },
    reason: (name) => {
      const fact = find(name);
      if (fact === "missing") return Missing.not_found.reason;
      return fact instanceof Missing ? fact.reason : undefined;
    },
    state: (name) => {
      const fact = find(name);
      if (fact instanceof Missing) return "missing";
      return typeof fact === "object" ? "present" : fact;
    },
  };
}

/** Whether a fact is in a list that was fetched: as long pending, or missing, as the fact; missing too without the list. */
function member(fact: Fact, list: readonly string[] | undefined): Fact {
  if (typeof fact === "string" || fact instanceof Missing) return fact;
  return list === undefined ? "missing" : { value: list.includes(String(fact.value)) };
}

const membership = /^(\S+) in (\S+)$/;

/** Few values, so that comparisons are often met, and some extremes. */
export const scalar: fc.Arbitrary<FeatureValue> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<FeatureValue>(0, 1, 2, -1, 0.5, "1", "a", "b", "", "10", true, false) },
  fc.constantFrom<FeatureValue>(
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    -0,
    Number.MAX_SAFE_INTEGER,
    "NaN",
    "1e999",
    "null",
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
);

const present: fc.Arbitrary<Fact> = scalar.map((value) => ({ value }));
const absent = fc.constantFrom<Fact>("pending", "missing", Missing.timeout);

export const completeFacts: fc.Arbitrary<FactTable> = tableOf(present);
export const someFacts: fc.Arbitrary<FactTable> = tableOf(fc.oneof(present, absent));

function tableOf(fact: fc.Arbitrary<Fact>): fc.Arbitrary<FactTable> {
  return fc.record(Object.fromEntries(featureNames.map((name) => [name, fact])));
}

/** What the facts may still become: every pending one present or missing. */
export function completionOf(table: FactTable): fc.Arbitrary<FactTable> {
  return tableOf(fc.oneof(present, fc.constant<Fact>("missing"))).map((settled) =>
    Object.fromEntries(Object.entries(table).map(([name, fact]) => [name, fact === "pending" ? settled[name]! : fact])),
  );
}

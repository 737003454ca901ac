import fc from "fast-check";
import type { FeatureValue } from "../../../../src/domain/feature.ts";
import type { LintFeature } from "../../../../src/policy/lint/lint-feature.ts";
import { type Fact, type FactTable, featureTypes } from "../../support/facts.ts";
import { scoreName } from "../../support/policies.ts";

/** Features of every type and presence; names and types are those that policies are generated over. */
export const lintFeatures: ReadonlyMap<string, LintFeature> = new Map([
  feature("amount", "always"),
  feature("count", "may-miss", { minimum: 0, sources: ["counter"] }),
  feature("country", "may-miss", { sources: ["customers"] }),
  feature("code", "defaulted", { sources: ["customers"] }),
  feature("known", "always"),
  feature("since", "may-miss"),
]);

function feature(name: string, presence: LintFeature["presence"], rest: Partial<LintFeature> = {}) {
  const type = featureTypes.get(name)!;
  return [name, { type, presence, minimum: undefined, isEventTime: false, sources: [], ...rest }] as const;
}

const values: Readonly<Record<LintFeature["type"], fc.Arbitrary<FeatureValue>>> = {
  double: fc.constantFrom(-1, -0, 0, 0.5, 1, 1.5, 2, 10, Number.MAX_VALUE),
  integer: fc.constantFrom(-1, 0, 1, 2, 3, Number.MAX_SAFE_INTEGER),
  timestamp: fc.constantFrom(-1, 0, 1, 2, 86_399_999, 86_400_000),
  string: fc.constantFrom("a", "ab", "abc", "b", "1", "10", ""),
  boolean: fc.boolean(),
};

/** Contexts as decisions end with: every value of its declared type, nothing missing that always comes. */
export const completeContext: fc.Arbitrary<FactTable> = contextOf("missing");
/** And as they are on the way. */
export const anyContext: fc.Arbitrary<FactTable> = contextOf("missing", "pending");

function contextOf(...absences: readonly Absence[]): fc.Arbitrary<FactTable> {
  const score: LintFeature = {
    type: "double",
    presence: "may-miss",
    minimum: undefined,
    isEventTime: false,
    sources: [scoreName],
  };
  const all = [...lintFeatures, [scoreName, score] as const];
  return fc.record(Object.fromEntries(all.map(([name, each]) => [name, factOf(each, absences)])));
}

type Absence = "missing" | "pending";

function factOf({ type, presence, minimum }: LintFeature, absences: readonly Absence[]): fc.Arbitrary<Fact> {
  const present = values[type].filter((value) => minimum === undefined || Number(value) >= minimum);
  const fact: fc.Arbitrary<Fact> = present.map((value) => ({ value }));
  const possible = absences.filter(
    (each) => presence === "may-miss" || (presence === "defaulted" && each === "pending"),
  );
  if (possible.length === 0) return fact;
  return fc.oneof({ weight: 5, arbitrary: fact }, { weight: 1, arbitrary: fc.constantFrom<Fact>(...possible) });
}

/** Comparisons that often exclude or imply each other: few features, few values. */
export const tightLeaf: fc.Arbitrary<object> = fc.oneof(
  fc.record({
    fact: fc.constantFrom("amount", "count", "since"),
    operator: fc
      .tuple(
        fc.constantFrom("", "", "not:"),
        fc.constantFrom("lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"),
      )
      .map((parts) => parts.join("")),
    value: fc.oneof(fc.constantFrom(0, 1, 1.5, 2), fc.constantFrom({ fact: "amount" }, { fact: "count" })),
  }),
  fc.record({
    fact: fc.constantFrom("amount", "count", "country", "code", "known"),
    operator: fc.constantFrom("equal", "notEqual", "not:equal"),
    value: fc.constantFrom(1, "a", "1", true, false),
  }),
  fc.record({
    fact: fc.constantFrom("count", "country"),
    operator: fc.constantFrom("in", "notIn"),
    value: fc.subarray<string | number>(["a", "b", 0, 1, 2]),
  }),
  fc.record({
    fact: fc.constantFrom("amount", "count"),
    operator: fc.constantFrom("between", "not:between"),
    value: fc.constantFrom([0, 1], [1, 1], [1, 2], [-1, 10]),
  }),
  fc.record({
    fact: fc.constantFrom("country", "code"),
    operator: fc.constantFrom("startsWith", "not:startsWith"),
    value: fc.constantFrom("a", "ab", "b", "1"),
  }),
  fc.record({
    fact: fc.constantFrom("country", "code"),
    operator: fc.constantFrom("someValue:startsWith", "everyValue:notEqual", "not:someValue:equal"),
    value: fc.subarray(["a", "ab", "b", "1"]),
  }),
  fc.record({
    fact: fc.constantFrom("country", "code"),
    operator: fc.constantFrom("inList", "notInList"),
    value: fc.constant("listed"),
  }),
  fc.record({
    fact: fc.constant("since"),
    operator: fc.constantFrom("before", "after", "not:before"),
    value: fc.constantFrom<unknown>("1970-01-01", "1970-01-02", 1, { fact: "amount" }),
  }),
  fc.record({
    fact: fc.constant("since"),
    operator: fc.constantFrom("dateBetween", "not:dateBetween"),
    value: fc.constantFrom(
      { from: "1970-01-01", to: "1970-01-01" },
      { from: "1970-01-01", to: "1970-01-02", zone: "UTC" },
      { from: "1970-01-01", to: "1970-01-01", zone: "Europe/Berlin" },
    ),
  }),
  fc.record({
    fact: fc.constantFrom("amount", "count", "code"),
    operator: fc.constantFrom("isMissing", "isPresent"),
    value: fc.boolean(),
  }),
);

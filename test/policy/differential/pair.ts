import fc from "fast-check";
import { featureNames, scalar } from "../support/facts.ts";
import { type Document, leaf, policyDocument } from "../support/policies.ts";

/** A policy's document and a value for every fact: also values that no feature has, to which json-rules-engine has an answer. */
export interface Pair {
  readonly document: Document;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Objects as JSON gives them. */
const plain = { noNullPrototype: true };

const oddText = fc.constantFrom(
  "",
  " ",
  "10",
  "9",
  "0x1",
  "1e3",
  "NaN",
  "Infinity",
  "-",
  "null",
  "true",
  "52.5,13.4",
  "a",
);
const odd = fc.oneof(
  scalar,
  oddText,
  fc.array(fc.oneof(scalar, oddText), { maxLength: 3 }),
  fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }),
  fc.record({ a: scalar, b: fc.array(scalar, { maxLength: 2 }) }, { ...plain, requiredKeys: [] }),
  fc.record({ a: fc.record({ b: scalar }, plain) }, plain),
);

const fact = fc.constantFrom(...featureNames);
const path = fc.constantFrom("$.a", "$.a.b", "$.b[0]", "a", "$", "$.b.1", "b", "$.length", "$[0]");
const equality = fc.constantFrom(
  "equal",
  "notEqual",
  "contains",
  "doesNotContain",
  "someFact:equal",
  "everyFact:notEqual",
);
const size = fc.constantFrom("lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive");
const otherFact = fc.oneof(
  fact.map((name) => ({ fact: name })),
  fc.tuple(fact, path).map(([name, within]) => ({ fact: name, path: within })),
);

/** Leaves with paths on either side and values of all kinds. */
const oddLeaf = fc.oneof(
  fc.record({ fact, operator: equality, value: fc.oneof(scalar, oddText, fc.constant(null), otherFact), path }),
  fc.record({
    fact,
    operator: equality,
    value: fc.oneof(oddText, fc.constant(null), fc.array(scalar, { maxLength: 2 })),
  }),
  fc.record({ fact, operator: size, value: fc.oneof(fc.constantFrom(0, 9, 10, 1000), otherFact), path }),
  fc.record({ fact, operator: size, value: otherFact }),
  fc.record({
    fact,
    operator: fc.constantFrom("in", "notIn", "not:in"),
    value: fc.array(fc.oneof(scalar, oddText, fc.constant(null)), { maxLength: 12 }),
  }),
);

export const pair: fc.Arbitrary<Pair> = fc.record({
  document: policyDocument({ leaf: fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: oddLeaf }) }),
  facts: fc.record(Object.fromEntries(featureNames.map((name) => [name, odd]))),
});

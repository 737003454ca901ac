import assert from "node:assert/strict";
import { Missing } from "../../src/domain/feature.ts";
import { compiledEvaluator } from "../../src/policy/compile.ts";
import type { Truth } from "../../src/policy/condition.ts";
import type { MakeEvaluator } from "../../src/policy/evaluate.ts";
import { referenceEvaluator } from "../../src/policy/reference.ts";
import { type FactTable, factsOf, slotOf } from "./support/facts.ts";
import { load } from "./support/policies.ts";

const evaluators: Readonly<Record<string, MakeEvaluator>> = {
  compiled: compiledEvaluator,
  reference: referenceEvaluator,
};

const high = { fact: "amount", operator: "greaterThan", value: 1 };
const abroad = { fact: "country", operator: "notEqual", value: "FR" };

/** One case: facts and conditions, what they come to. */
const cases: readonly [name: string, facts: FactTable, conditions: object, truth: Truth][] = [
  ["all of true and true is true", { amount: { value: 2 }, country: { value: "DE" } }, { all: [high, abroad] }, true],
  ["all of true and unknown is unknown", { amount: { value: 2 } }, { all: [high, abroad] }, "unknown"],
  ["all of unknown and false is false", { country: { value: "FR" } }, { all: [high, abroad] }, false],
  ["any of unknown and true is true", { country: { value: "DE" } }, { any: [high, abroad] }, true],
  ["any of unknown and false is unknown", { country: { value: "FR" } }, { any: [high, abroad] }, "unknown"],
  [
    "any of false and false is false",
    { amount: { value: 0 }, country: { value: "FR" } },
    { any: [high, abroad] },
    false,
  ],
  ["not unknown is unknown", {}, { not: high }, "unknown"],
  ["not false is true", { amount: { value: 0 } }, { not: high }, true],
  ["a pending feature is unknown", { amount: "pending" }, { all: [high] }, "unknown"],
  ["a missing feature is unknown also where it is negated", { country: "missing" }, { all: [abroad] }, "unknown"],
  [
    "a comparison with a missing feature is unknown",
    { amount: { value: 1 } },
    {
      all: [{ fact: "amount", operator: "equal", value: { fact: "count" } }],
    },
    "unknown",
  ],
  [
    "a comparison of two features",
    { amount: { value: 1 }, count: { value: 1 } },
    {
      all: [{ fact: "amount", operator: "equal", value: { fact: "count" } }],
    },
    true,
  ],
  [
    "a missing feature is missing",
    { amount: "missing" },
    { all: [{ fact: "amount", operator: "isMissing", value: true }] },
    true,
  ],
  [
    "a missing feature is not present",
    { amount: "missing" },
    { all: [{ fact: "amount", operator: "isPresent", value: true }] },
    false,
  ],
  [
    "a present feature is not missing",
    { amount: { value: 0 } },
    { all: [{ fact: "amount", operator: "isMissing", value: true }] },
    false,
  ],
  [
    "a present feature is not not present",
    { amount: { value: 0 } },
    { all: [{ fact: "amount", operator: "isPresent", value: false }] },
    false,
  ],
  [
    "whether a pending feature is missing is unknown",
    { amount: "pending" },
    {
      all: [{ fact: "amount", operator: "isMissing", value: true }],
    },
    "unknown",
  ],
  [
    "a feature is missing for one of several reasons",
    { amount: Missing.timeout },
    { all: [{ fact: "amount", operator: "isMissing", value: ["error", "timeout"] }] },
    true,
  ],
  [
    "a feature is missing for another reason",
    { amount: Missing.timeout },
    { all: [{ fact: "amount", operator: "isMissing", value: "breaker_open" }] },
    false,
  ],
  [
    "a present feature is missing for no reason",
    { amount: { value: 0 } },
    { all: [{ not: { fact: "amount", operator: "isMissing", value: "timeout" } }] },
    true,
  ],
  [
    "why a pending feature is missing is unknown",
    { amount: "pending" },
    { all: [{ fact: "amount", operator: "isMissing", value: "timeout" }] },
    "unknown",
  ],
  [
    "numbers are compared with texts by JavaScript's rules",
    { country: { value: "10" } },
    {
      all: [{ fact: "country", operator: "greaterThan", value: 9 }],
    },
    true,
  ],
  [
    "a text that is no number is neither less nor more",
    { country: { value: "x" } },
    {
      any: [
        { fact: "country", operator: "greaterThan", value: 9 },
        { fact: "country", operator: "lessThanInclusive", value: 9 },
      ],
    },
    false,
  ],
  ["equal is strict", { country: { value: "1" } }, { all: [{ fact: "country", operator: "equal", value: 1 }] }, false],
];

const inside = "country in listed";
const asksList = (operator: string) => ({ all: [{ fact: "country", operator, value: "listed" }] });
const here = { country: { value: "FR" } } as const;

/** Of lists that have to be fetched. */
const memberships: typeof cases = [
  ["an entry is in the list", { ...here, [inside]: { value: true } }, asksList("inList"), true],
  ["an entry is not out of the list", { ...here, [inside]: { value: true } }, asksList("notInList"), false],
  ["another is not in the list", { ...here, [inside]: { value: false } }, asksList("inList"), false],
  ["another is out of the list", { ...here, [inside]: { value: false } }, asksList("notInList"), true],
  ["a list still to come is unknown", { ...here, [inside]: "pending" }, asksList("inList"), "unknown"],
  ["a list that did not come is unknown", { ...here, [inside]: "missing" }, asksList("notInList"), "unknown"],
  [
    "not in a list that did not come is unknown",
    { ...here, [inside]: "missing" },
    { not: asksList("inList") },
    "unknown",
  ],
  [
    "what a list did not say can be known without it",
    { ...here, [inside]: "missing" },
    { any: [abroad, asksList("inList"), { fact: "country", operator: "equal", value: "FR" }] },
    true,
  ],
];

for (const [kind, makeEvaluator] of Object.entries(evaluators)) {
  describe(`the ${kind} evaluator`, () => {
    for (const [name, facts, conditions, truth] of [...cases, ...memberships]) {
      it(`finds that ${name}`, async () => {
        const policy = load(policyOf(conditions), ["listed"]);
        const evaluator = makeEvaluator(
          policy.rules.map((rule) => rule.conditions),
          slotOf,
        );
        assert.deepEqual(await evaluator.evaluate(factsOf(facts)), [truth]);
        assert.deepEqual(
          (await evaluator.explain(factsOf(facts))).map(({ result }) => result),
          [truth],
        );
      });
    }

    it("explains every leaf with what it compared, also where the result did not need it", async () => {
      const policy = load(
        policyOf({ name: "both", all: [high, { not: { ...abroad, name: "abroad" } }, same("count")] }),
      );
      const { explain } = makeEvaluator(
        policy.rules.map((rule) => rule.conditions),
        slotOf,
      );
      const leaf = { kind: "leaf", label: undefined };
      assert.deepEqual(await explain(factsOf({ amount: { value: 0 }, country: { value: "DE" }, count: "pending" })), [
        {
          kind: "all",
          label: "both",
          result: false,
          children: [
            { ...leaf, fact: "amount", operator: "greaterThan", threshold: 1, actual: 0, result: false },
            {
              kind: "not",
              label: undefined,
              result: false,
              children: [
                {
                  ...leaf,
                  label: "abroad",
                  fact: "country",
                  operator: "notEqual",
                  threshold: "FR",
                  actual: "DE",
                  result: true,
                },
              ],
            },
            {
              ...leaf,
              fact: "amount",
              operator: "equal",
              threshold: { fact: "count", value: undefined },
              actual: 0,
              result: "unknown",
            },
          ],
        },
      ]);
    });
  });
}

const same = (fact: string) => ({ fact: "amount", operator: "equal", value: { fact } });

function policyOf(conditions: object) {
  return {
    id: "p",
    outcomes: ["approve"],
    default: "approve",
    rules: [{ name: "r", conditions, event: { type: "approve" } }],
  };
}

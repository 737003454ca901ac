import assert from "node:assert/strict";
import fc from "fast-check";
import { Engine, type RuleProperties } from "json-rules-engine";
import { compiledEvaluator } from "../../src/policy/compile.ts";
import type { Condition } from "../../src/policy/condition.ts";
import { all, any, isKnown, type Leaf, leaves, not, type Truth } from "../../src/policy/condition.ts";
import type { Explanation, MakeEvaluator } from "../../src/policy/evaluate.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { referenceEvaluator } from "../../src/policy/reference.ts";
import { registerOperators } from "../../src/policy/register-operators.ts";
import { runs } from "../support/property.ts";
import {
  completeFacts,
  completionOf,
  type FactTable,
  factsOf as factsWith,
  featureNames,
  type ListTable,
  slotOf,
  someFacts,
} from "./support/facts.ts";
import { type Document, load as loadAs, policyDocument, tryLoad } from "./support/policies.ts";

/** `listed` can be read; no other can. */
const lists: ListTable = { listed: ["a", "1", ""] };
/** The list has to be fetched in about half of the policies: it must make no difference. */
const load = (document: Document) => loadAs(document, JSON.stringify(document).length % 2 === 0 ? ["listed"] : []);
const factsOf = (table: FactTable) => factsWith(table, lists);

const evaluators: Readonly<Record<string, MakeEvaluator>> = {
  compiled: compiledEvaluator,
  reference: referenceEvaluator,
};

function conditionsOf(policy: Policy): Condition[] {
  return policy.rules.map(({ conditions }) => conditions);
}

/** The document's own rules, run by json-rules-engine as it is. */
async function firedByEngine(document: Document, table: FactTable): Promise<string[]> {
  const rules = document.rules as (RuleProperties & { mode?: string })[];
  const engine = new Engine(rules.filter(({ mode }) => mode !== "off"));
  for (const [name, condition] of Object.entries(document.conditions as object)) engine.setCondition(name, condition);
  registerOperators(engine, (list, value) => lists[list]?.includes(String(value)));
  for (const [name, fact] of Object.entries(table))
    if (typeof fact === "object" && "value" in fact) engine.addFact(name, fact.value);
  const { results } = await engine.run();
  return results.map(({ name }) => name).sort();
}

/** Three-valued logic written once more, over leaves whose truth is known. */
function fold(tree: Explanation): Truth {
  if (tree.kind === "leaf") return tree.result;
  const truths = tree.children.map(fold);
  const not = { true: false, false: true, unknown: "unknown" } as const;
  if (tree.kind === "not") return not[`${truths[0]!}`];
  const wins = tree.kind === "any";
  return truths.includes(wins) ? wins : truths.includes("unknown") ? "unknown" : !wins;
}

function* resultsOf(tree: Explanation): Generator<Truth> {
  if (tree.kind === "leaf") yield tree.result;
  else for (const child of tree.children) yield* resultsOf(child);
}

for (const [kind, makeEvaluator] of Object.entries(evaluators)) {
  describe(`the ${kind} evaluator, on any policy`, () => {
    it("gives the same verdict as json-rules-engine on the document itself when all features are there", async () => {
      await fc.assert(
        fc.asyncProperty(policyDocument(), completeFacts, async (document, table) => {
          const { rules, ...policy } = load(document);
          const truths = await makeEvaluator(conditionsOf({ rules, ...policy }), slotOf).evaluate(factsOf(table));
          const fired = rules.filter((_, at) => truths[at] === true).map(({ name }) => name);
          assert.deepEqual(fired.sort(), await firedByEngine(document, table));
          assert.ok(!truths.includes("unknown"));
        }),
        runs(250),
      );
    });

    it("is unknown exactly where three-valued logic is, over leaves unknown exactly where a feature is absent", async () => {
      await fc.assert(
        fc.asyncProperty(policyDocument(), someFacts, async (document, table) => {
          const conditions = conditionsOf(load(document));
          const facts = factsOf(table);
          const { evaluate, explain } = makeEvaluator(conditions, slotOf);
          const trees = await explain(facts);
          assert.deepEqual(await evaluate(facts), trees.map(fold));
          assert.deepEqual(
            trees.map(({ result }) => result),
            trees.map(fold),
          );
          for (const [at, condition] of conditions.entries()) {
            const known = [...leaves(condition)].map((leaf: Leaf) => isKnown(leaf, facts));
            assert.deepEqual(
              [...resultsOf(trees[at]!)].map((truth) => truth !== "unknown"),
              known,
            );
          }
        }),
        runs(250),
      );
    });

    it("never takes back true or false when a pending feature arrives or goes missing", async () => {
      const arrival = someFacts.chain((before) => completionOf(before).map((after) => ({ before, after })));
      await fc.assert(
        fc.asyncProperty(policyDocument(), arrival, async (document, { before, after }) => {
          const { evaluate } = makeEvaluator(conditionsOf(load(document)), slotOf);
          const later = await evaluate(factsOf(after));
          for (const [at, truth] of (await evaluate(factsOf(before))).entries())
            if (truth !== "unknown") assert.equal(later[at], truth);
        }),
        runs(250),
      );
    });

    it("never throws, whatever passes the load checks and whatever the values", async () => {
      let loaded = 0;
      await fc.assert(
        fc.asyncProperty(anyLeaf, someFacts, async (leaf, table) => {
          const { policy } = tryLoad(policyOf({ all: [leaf] }));
          if (policy === undefined) return;
          loaded += 1;
          const { evaluate, explain } = makeEvaluator(conditionsOf(policy), slotOf);
          const [truth] = await evaluate(factsOf(table));
          const [tree] = await explain(factsOf(table));
          assert.equal(tree!.result, truth);
          // The reference evaluator answers "unknown" when the engine throws.
          const [only] = [...leaves(policy.rules[0]!.conditions)];
          assert.equal(truth !== "unknown", isKnown(only!, factsOf(table)));
        }),
        runs(2000),
      );
      assert.ok(process.env.FC_RUNS !== undefined || loaded > 100, `only ${loaded} leaves passed the load checks`);
    });
  });
}

function policyOf(conditions: object): Document {
  const rules = [{ name: "r", conditions, event: { type: "approve" } }];
  return { id: "p", outcomes: ["approve"], default: "approve", rules };
}

/** Leaves as a careless or hostile writer would make them; most are refused at load. */
const anyLeaf = fc.record({
  fact: fc.constantFrom(...featureNames),
  operator: fc
    .tuple(
      fc.array(fc.constantFrom("not", "someFact", "everyFact", "someValue", "everyValue", "swap"), { maxLength: 4 }),
      fc.constantFrom("equal", "in", "notIn", "contains", "lessThan", "greaterThanInclusive", "isMissing"),
    )
    .map(([decorators, operator]) => [...decorators, operator].join(":")),
  value: fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>({ toString: 1, valueOf: 1 }, null, { fact: "amount" }, { fact: 5 }, [[]], true),
    fc.array(fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant({ toString: 1 }))),
  ),
});

describe("three-valued logic", () => {
  const truths: readonly Truth[] = [true, false, "unknown"];
  const table = (logic: (truths: readonly Truth[]) => Truth) =>
    truths.map((left) => truths.map((right) => logic([left, right])));

  it("has the tables of Kleene's strong logic", () => {
    const unknown = "unknown";
    assert.deepEqual(table(all), [
      [true, false, unknown],
      [false, false, false],
      [unknown, false, unknown],
    ]);
    assert.deepEqual(table(any), [
      [true, true, true],
      [true, false, unknown],
      [true, unknown, unknown],
    ]);
    assert.deepEqual(truths.map(not), [false, true, unknown]);
  });
});

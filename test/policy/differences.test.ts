import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Engine, type RuleProperties } from "json-rules-engine";
import { compiledEvaluator } from "../../src/policy/compile.ts";
import type { Truth } from "../../src/policy/condition.ts";
import type { MakeEvaluator } from "../../src/policy/evaluate.ts";
import { referenceEvaluator } from "../../src/policy/reference.ts";
import { registerOperators } from "../../src/policy/register-operators.ts";
import { type FactTable, factsOf, slotOf } from "./support/facts.ts";
import { tryLoad } from "./support/policies.ts";

interface Difference {
  readonly conditions?: object;
  /** Rules instead of one with the conditions. */
  readonly rules?: readonly object[];
  readonly shared?: Readonly<Record<string, object>>;
  /** Facts for json-rules-engine. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The same as Verdict has them, where that is not "present". */
  readonly table?: FactTable;
  /** What json-rules-engine does: names of rules that hold, or what it throws. */
  readonly engine: readonly string[] | RegExp;
  readonly options?: object;
  /** What Verdict does: the rule's truth, or why the document is refused. */
  readonly verdict: Truth | RegExp;
}

const leaf = (operator: string, value: unknown, rest: object = {}) => ({ fact: "amount", operator, value, ...rest });
const holds = ["r"];

/** One demonstration for each row of policies/DIFFERENCES.md. */
const differences: Readonly<Record<string, Difference>> = {
  "missing-fact": {
    conditions: { all: [leaf("notEqual", 1)] },
    facts: {},
    table: { amount: "missing" },
    options: { allowUndefinedFacts: true },
    engine: holds,
    verdict: "unknown",
  },
  "null-fact": {
    conditions: { all: [leaf("notEqual", 1)] },
    facts: { amount: null },
    table: { amount: "missing" },
    engine: holds,
    verdict: "unknown",
  },
  "empty-any": { conditions: { any: [] }, engine: holds, verdict: /any: .*at least one/ },
  "empty-all": { conditions: { all: [] }, engine: holds, verdict: /all: .*at least one/ },
  "any-beside-all": {
    conditions: { any: [leaf("equal", 1)], all: [leaf("equal", 2)] },
    engine: holds,
    verdict: /conditions/,
  },
  "single-child": {
    conditions: { all: [{ fact: "country", operator: "startsWith", value: "1" }] },
    facts: { country: "1x" },
    engine: holds,
    verdict: true,
  },
  "in-text": {
    conditions: { all: [{ fact: "country", operator: "in", value: "abcd" }] },
    facts: { country: "bc" },
    engine: holds,
    verdict: /"in" needs a list/,
  },
  "in-null": { conditions: { all: [leaf("in", null)] }, engine: /reading 'indexOf'/, verdict: /"in" needs a list/ },
  "contains-text": {
    conditions: { all: [{ fact: "country", operator: "contains", value: "b" }] },
    facts: { country: "abc" },
    engine: [],
    verdict: false,
  },
  "numeric-text": {
    conditions: { all: [{ fact: "country", operator: "lessThan", value: "9" }] },
    facts: { country: "10" },
    engine: holds,
    verdict: /"lessThan" needs a number/,
  },
  "object-value": {
    conditions: { all: [leaf("equal", { x: 1 })] },
    engine: [],
    verdict: /never compared with objects/,
  },
  "some-value": {
    conditions: { all: [leaf("someValue:equal", 1)] },
    engine: /jsonValue.some is not a function/,
    verdict: /"someValue:equal" needs a list/,
  },
  "unknown-operator": {
    conditions: { all: [leaf("equals", 1)] },
    engine: /Unknown operator/,
    verdict: /there is no operator "equals"/,
  },
  "shared-missing": {
    conditions: { all: [{ condition: "elsewhere" }] },
    engine: /No condition elsewhere exists/,
    verdict: /there is no shared condition "elsewhere"/,
  },
  "shared-cycle": {
    conditions: { all: [{ condition: "a" }] },
    shared: { a: { all: [{ condition: "b" }] }, b: { all: [{ condition: "a" }] } },
    engine: /Maximum call stack/,
    verdict: /uses itself: a → b → a/,
  },
  "event-error": {
    rules: [{ name: "r", conditions: { all: [leaf("equal", 1)] }, event: { type: "error" } }],
    engine: /./,
    verdict: /there is no outcome "error"/,
  },
  priority: {
    rules: [{ name: "r", conditions: { all: [leaf("equal", 1)] }, event: { type: "review" }, priority: -1 }],
    engine: /Priority must be greater than zero/,
    verdict: /priority/,
  },
  "path-filter": {
    conditions: { all: [leaf("contains", 1, { path: "$.lines[?(@.total > 5)].rank" })] },
    facts: { amount: { lines: [{ total: 9, rank: 1 }] } },
    engine: holds,
    verdict: /more than names and indexes/,
  },
  "same-name": {
    rules: [1, 1].map((value) => ({
      name: "r",
      conditions: { all: [leaf("equal", value)] },
      event: { type: "review" },
    })),
    engine: ["r", "r"],
    verdict: /two rules are named "r"/,
  },
  "fact-params": {
    conditions: { all: [leaf("equal", 1, { params: { days: 1 } })] },
    engine: holds,
    verdict: /params/,
  },
  "list-unreadable": {
    conditions: { all: [{ fact: "country", operator: "notInList", value: "listed" }] },
    facts: { country: "x" },
    engine: [],
    verdict: "unknown",
  },
};

const evaluators: Readonly<Record<string, MakeEvaluator>> = {
  compiled: compiledEvaluator,
  reference: referenceEvaluator,
};

async function engineSays({ facts = { amount: 1 }, shared = {}, options = {}, ...difference }: Difference) {
  const engine = new Engine(rulesOf(difference) as RuleProperties[], options);
  registerOperators(engine, () => undefined);
  for (const [name, condition] of Object.entries(shared)) engine.setCondition(name, condition as never);
  for (const [name, value] of Object.entries(facts)) engine.addFact(name, value);
  return (await engine.run()).results.map(({ name }) => name);
}

function rulesOf({ rules, conditions }: Pick<Difference, "rules" | "conditions">): readonly object[] {
  return rules ?? [{ name: "r", conditions, event: { type: "review" } }];
}

describe("the differences from json-rules-engine", () => {
  const text = readFileSync(new URL("../../policies/DIFFERENCES.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| ([a-z-]+) \|/gm)].map(([, id]) => id!).filter((id) => id !== "id");

  it("are those in policies/DIFFERENCES.md", () => assert.deepEqual(rows.sort(), Object.keys(differences).sort()));

  for (const [id, difference] of Object.entries(differences)) {
    const { engine, verdict, shared = {} } = difference;
    it(`${id}: json-rules-engine does what the table says`, async () => {
      if (engine instanceof RegExp) {
        // Some rejections are of no error at all.
        const message = await Promise.resolve()
          .then(() => engineSays(difference))
          .then(
            (names) => assert.fail(`holds: ${names}`),
            (error: unknown) => (error instanceof Error ? error.message : `rejects with ${error}`),
          );
        assert.match(message, engine);
      } else assert.deepEqual(await engineSays(difference), engine);
    });

    it(`${id}: Verdict does what the table says`, async () => {
      const document = {
        id: "p",
        outcomes: ["review", "approve"],
        default: "approve",
        conditions: shared,
        rules: rulesOf(difference),
      };
      const { policy, problems } = tryLoad(document);
      if (verdict instanceof RegExp) {
        assert.equal(policy, undefined);
        const said = problems.map(({ path, message, fix }) => `${path}: ${message}; ${fix}`).join("\n");
        assert.match(said, verdict);
        return;
      }
      const { facts = { amount: 1 } } = difference;
      const table =
        difference.table ?? Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { value }]));
      for (const [name, makeEvaluator] of Object.entries(evaluators)) {
        const { evaluate } = makeEvaluator(
          policy!.rules.map(({ conditions }) => conditions),
          slotOf,
        );
        assert.deepEqual(await evaluate(factsOf(table as FactTable)), [verdict], name);
      }
    });
  }
});

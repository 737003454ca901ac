import assert from "node:assert/strict";
import fc from "fast-check";
import { resolve } from "../../src/decide/resolve.ts";
import { settlementOf } from "../../src/decide/settle.ts";
import { compiledEvaluator } from "../../src/policy/compile.ts";
import type { Truth } from "../../src/policy/condition.ts";
import type { Policy } from "../../src/policy/policy.ts";
import {
  completionOf,
  type Fact,
  type FactTable,
  factsOf,
  featureNames,
  slotOf,
  someFacts,
} from "../policy/support/facts.ts";
import { load, policyDocument, scoreName } from "../policy/support/policies.ts";
import { runs } from "../support/property.ts";

function truthsOf(policy: Policy, table: FactTable): readonly Truth[] {
  const evaluator = compiledEvaluator(
    policy.rules.map(({ conditions }) => conditions),
    slotOf,
  );
  return evaluator.evaluate(factsOf(table)) as readonly Truth[];
}

const settled = (policy: Policy, table: FactTable) => openIn(policy, table).size === 0;
const openIn = (policy: Policy, table: FactTable) => {
  const slots = settlementOf(policy, slotOf)(factsOf(table), truthsOf(policy, table));
  return new Set([...featureNames, scoreName].filter((name) => slots.has(slotOf(name))));
};
const outcomeOf = (policy: Policy, table: FactTable) =>
  resolve(policy, factsOf(table), truthsOf(policy, table)).outcome;

const isHigh = { all: [{ fact: "amount", operator: "greaterThan", value: 1 }] };
const isAbroad = { all: [{ fact: "country", operator: "equal", value: "a" }] };
const rule = (name: string, type: string, conditions: object = isHigh, points?: number) => ({
  name,
  conditions,
  event: { type, ...(points !== undefined && { params: { points } }) },
});
const policyOf = (rules: object[], parts: object = {}) =>
  load({ id: "p", outcomes: ["decline", "review", "approve"], default: "approve", rules, ...parts });

const here = { amount: { value: 9 }, country: "pending" } as const;

describe("an outcome is settled", () => {
  it("when all features are there or missing", () =>
    assert.ok(settled(policyOf([rule("r", "decline")]), { amount: "missing" })));

  it("when what fired is as strict as all that is open", () =>
    assert.ok(
      settled(policyOf([rule("a", "decline"), rule("b", "decline", isAbroad), rule("c", "review", isAbroad)]), here),
    ));

  it("when only rules in shadow are open", () =>
    assert.ok(settled(policyOf([{ ...rule("s", "decline", isAbroad), mode: "shadow" }]), here)));

  it("when what is open asks for nothing but the default", () =>
    assert.ok(settled(policyOf([rule("a", "approve", isAbroad)]), here)));

  it("when no threshold can be reached with the points that are open", () => {
    const rules = [rule("a", "points", isHigh, 1), rule("b", "points", isAbroad, 1)];
    assert.ok(settled(policyOf(rules, { points: [{ gte: 3, outcome: "review" }] }), here));
    assert.ok(!settled(policyOf(rules, { points: [{ gte: 2, outcome: "review" }] }), here));
  });

  it("when the score that is open can only ask for what fired already", () => {
    const bands = [{ gte: 0.5, outcome: "review" }];
    const parts = (onMissing: string) => ({
      models: { [scoreName]: { model: "m", version: "1", bands, onMissing: { outcome: onMissing } } },
    });
    const table = { ...here, [scoreName]: "pending" } as const;
    assert.ok(settled(policyOf([rule("a", "review")], parts("review")), table));
    assert.ok(!settled(policyOf([rule("a", "review")], parts("decline")), table));
  });
});

describe("an outcome is not settled", () => {
  it("while something stricter is open", () =>
    assert.ok(!settled(policyOf([rule("a", "review"), rule("b", "decline", isAbroad)]), here)));

  it("while only the default holds, for that anything may replace", () => {
    const policy = policyOf([rule("a", "approve", isAbroad)], { default: "decline" });
    assert.ok(!settled(policy, { country: "pending" }));
  });

  it("while points that sum to a threshold in tenths are open", () => {
    const rules = [
      rule("a", "points", isHigh, 0.7),
      rule("b", "points", isAbroad, 0.1),
      rule("c", "points", isAbroad, 0.2),
    ];
    assert.ok(!settled(policyOf(rules, { points: [{ gte: 1, outcome: "review" }] }), here));
  });
});

describe("early settlement, on any policy", () => {
  /** Features known at first, and any completion, arriving in any order. */
  const arrival = fc
    .record({ table: someFacts, score: fc.constantFrom<Fact>("pending", "pending", "missing", { value: 0.7 }) })
    .map(({ table, score }): FactTable => ({ ...table, [scoreName]: score }))
    .chain((before) =>
      fc.record({
        before: fc.constant(before),
        last: fc
          .tuple(
            completionOf(before),
            fc.oneof(
              fc.constant<Fact>("missing"),
              fc.double({ min: 0, max: 2, noNaN: true }).map((value) => ({ value })),
            ),
          )
          .map(
            ([table, score]): FactTable => ({
              ...table,
              [scoreName]: before[scoreName] === "pending" ? score : before[scoreName]!,
            }),
          ),
        order: fc.shuffledSubarray([...featureNames, scoreName], { minLength: featureNames.length + 1 }),
      }),
    );

  it("gives the outcome that waiting for everything would give", () => {
    let early = 0;
    fc.assert(
      fc.property(policyDocument(), arrival, (document, { before, last, order }) => {
        const policy = load(document);
        const complete = outcomeOf(policy, last);
        const table = { ...before };
        for (const name of [...order, undefined]) {
          if (settled(policy, table)) {
            assert.equal(outcomeOf(policy, table), complete);
            if (Object.values(table).includes("pending")) early += 1;
          }
          if (name !== undefined) table[name] = last[name]!;
        }
        assert.ok(settled(policy, last), "all is there, and still it is not settled");
      }),
      runs(1200),
    );
    assert.ok(process.env.FC_RUNS !== undefined || early > 200, `settled early only ${early} times`);
  });

  it("gives up no feature that could matter: without all that was given up, the outcome is the same", () => {
    let givenUp = 0;
    fc.assert(
      fc.property(policyDocument(), arrival, (document, { before, last, order }) => {
        const policy = load(document);
        const table = { ...before };
        let wanted = openIn(policy, table);
        for (const name of order) {
          if (table[name] !== "pending") continue;
          if (wanted.has(name)) table[name] = last[name]!;
          else givenUp += 1;
          const still = openIn(policy, table);
          assert.ok(still.isSubsetOf(wanted), "what did not matter matters again");
          wanted = still;
        }
        assert.equal(wanted.size, 0);
        assert.equal(outcomeOf(policy, table), outcomeOf(policy, last));
      }),
      runs(1200),
    );
    assert.ok(process.env.FC_RUNS !== undefined || givenUp > 500, `gave up only ${givenUp}`);
  });

  it("wants what is open and can change the outcome, and nothing else", () => {
    const isOld = { all: [{ fact: "since", operator: "lessThan", value: 5 }] };
    const rules = [rule("a", "review"), rule("b", "decline", isAbroad), rule("c", "review", isOld)];
    assert.deepEqual([...openIn(policyOf(rules), { ...here, since: "pending" })], ["country"]);
    assert.deepEqual([...openIn(policyOf(rules.slice(1)), { ...here, since: "pending" })], ["country", "since"]);
  });

  it("wants the feature that a rule is rolled out by", () => {
    const rolledOut = { ...rule("a", "decline"), rollout: { percent: 50, by: "code" } };
    assert.deepEqual([...openIn(policyOf([rolledOut]), { amount: { value: 9 }, code: "pending" })], ["code"]);
    assert.deepEqual([...openIn(policyOf([rolledOut]), { amount: { value: 0 }, code: "pending" })], []);
  });
});

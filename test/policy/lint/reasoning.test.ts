import assert from "node:assert/strict";
import fc from "fast-check";
import { fires, resolve } from "../../../src/decide/resolve.ts";
import type { Facts } from "../../../src/domain/facts.ts";
import { compiledEvaluator } from "../../../src/policy/compile.ts";
import type { Condition, Truth } from "../../../src/policy/condition.ts";
import type { FindingCode } from "../../../src/policy/lint/finding.ts";
import { possible } from "../../../src/policy/lint/possible.ts";
import { loadCondition } from "../../../src/policy/load-conditions.ts";
import type { Policy, Rule } from "../../../src/policy/policy.ts";
import type { ConditionDocument } from "../../../src/policy/policy-schema.ts";
import { isLive } from "../../../src/policy/rollout.ts";
import { runs } from "../../support/property.ts";
import { type FactTable, factsOf, type ListTable, slotOf } from "../support/facts.ts";
import { type Document, load, policyDocument } from "../support/policies.ts";
import { anyContext, completeContext, tightLeaf } from "./support/contexts.ts";
import { lint } from "./support/lint.ts";

const tight = policyDocument({ leaf: tightLeaf });
/** With unusual operators, and values of any type. */
const wild = policyDocument();
const policies = fc.oneof({ weight: 3, arbitrary: tight }, { weight: 1, arbitrary: wild });
/** Features, and lists that may not be readable. */
interface Situation {
  readonly table: FactTable;
  readonly lists: ListTable;
}

const situations = (table: fc.Arbitrary<FactTable>): fc.Arbitrary<Situation[]> =>
  fc.array(fc.record({ table, lists: fc.constantFrom<ListTable>({}, { listed: [] }, { listed: ["a", "1"] }) }), {
    minLength: 10,
    maxLength: 40,
  });
const contexts = situations(completeContext);

const gated = fc
  .tuple(policies, fc.option(tightLeaf))
  .map(
    ([document, gate]): Document =>
      gate === null
        ? document
        : { ...document, gate: { conditions: { all: [gate] }, otherwise: { outcome: "approve" } } },
  );

const factsIn = ({ table, lists }: Situation): Facts => factsOf(table, lists);

/** The rules' truths; undefined where the gate answers. */
function truthsOf(policy: Policy, facts: Facts): readonly Truth[] | undefined {
  if (policy.gate !== undefined && evaluate([policy.gate.conditions], facts)[0] === false) return undefined;
  return evaluate(
    policy.rules.map(({ conditions }) => conditions),
    facts,
  );
}

function evaluate(conditions: readonly Condition[], facts: Facts): readonly Truth[] {
  return compiledEvaluator(conditions, slotOf).evaluate(facts) as readonly Truth[];
}

function firesLive(rule: Rule, facts: Facts, truth: Truth): boolean {
  return fires(rule, facts, truth) && isLive(rule, facts) === true;
}

/** Codes that call a rule superfluous: taking it away changes no outcome. */
const superfluous: readonly FindingCode[] = [
  "never-fires",
  "implied-rule",
  "duplicate-rule",
  "only-adds-reason",
  "outcome-never-matters",
  "shadow-rule",
  "rollout-nobody",
];

/** What is said of a rule's firing is so in a situation. */
function checkFiring(said: ReadonlySet<FindingCode>, rule: Rule, policy: Policy, situation: Situation): void {
  const facts = factsIn(situation);
  const truth = truthsOf(policy, facts)?.[policy.rules.indexOf(rule)];
  if (truth === undefined) return;
  const shown = `${rule.name}: ${JSON.stringify(situation)}`;
  if (said.has("never-fires")) assert.equal(fires(rule, facts, truth), false, shown);
  if (said.has("always-true")) assert.notEqual(truth, false, shown);
  if (said.has("rollout-nobody")) assert.equal(firesLive(rule, facts, truth), false, shown);
}

describe("the lint's reasoning", () => {
  const firing: Readonly<Record<string, fc.Arbitrary<[Document, Situation[]]>>> = {
    "": fc.tuple(gated, contexts),
    ", while features are still to come": fc.tuple(policies, situations(anyContext)),
  };
  for (const [when, cases] of Object.entries(firing)) {
    it(`finds no rule to never fire, or to always hold, that a context shows otherwise${when}`, () => {
      fc.assert(
        fc.property(cases, ([document, list]) => {
          const policy = load(document);
          const found = lint(document);
          for (const rule of policy.rules) {
            const codes = new Set(found.filter((each) => each.rule === rule.name).map(({ code }) => code));
            for (const situation of list) checkFiring(codes, rule, policy, situation);
          }
        }),
        runs(300),
      );
    });
  }

  it("finds no gate to be closed, or open to all, that a context shows otherwise", () => {
    fc.assert(
      fc.property(gated, contexts, (document, list) => {
        const policy = load(document);
        const codes = lint(document).map(({ code }) => code);
        for (const situation of list) {
          const passes = truthsOf(policy, factsIn(situation)) !== undefined;
          if (codes.includes("gate-never-passes")) assert.equal(passes, false, JSON.stringify(situation));
          if (codes.includes("gate-always-passes")) assert.equal(passes, true, JSON.stringify(situation));
        }
      }),
      runs(200),
    );
  });

  it("says of no rule that another fires whenever it does, if a context shows otherwise", () => {
    fc.assert(
      fc.property(gated, contexts, (document, list) => {
        const policy = load(document);
        const pairs = lint(document)
          .filter(({ message }) => /\bwhenever it fires|\bexactly when/.test(message))
          .map(({ rule, message }) => [rule!, /"(.*?)"/.exec(message)![1]!] as const);
        const index = (name: string) => policy.rules.findIndex((rule) => rule.name === name);
        for (const situation of list) {
          const facts = factsIn(situation);
          const truths = truthsOf(policy, facts);
          if (truths === undefined) continue;
          const fired = (name: string) => firesLive(policy.rules[index(name)]!, facts, truths[index(name)]!);
          for (const [rule, other] of pairs) assert.ok(!fired(rule) || fired(other), JSON.stringify(situation));
        }
      }),
      runs(300),
    );
  });

  it("changes no outcome where all that it calls superfluous is taken away", () => {
    fc.assert(
      fc.property(gated, contexts, (document, list) => {
        const policy = load(document);
        const found = lint(document);
        const named = (name: string) =>
          found.some(
            ({ rule, code, message }) =>
              rule === name && superfluous.includes(code) && !message.includes("adds points"),
          );
        const stays = (list: unknown, path: string) =>
          (list as readonly unknown[] | undefined)?.filter(
            (_, at) =>
              !found.some(
                (each) =>
                  ["band-shadowed", "band-pointless", "threshold-unreachable"].includes(each.code) &&
                  each.path.replace(/\.gte$/, "") === `${path}[${at}]`,
              ),
          ) ?? [];
        const { models, points, rules } = document as {
          models?: { score: { bands?: unknown } };
          points?: unknown;
          rules: { name: string }[];
        };
        const lean = load({
          ...document,
          rules: rules.filter(({ name }) => !named(name)),
          points: stays(points, "$.points"),
          ...(models && {
            models: { score: { ...models.score, bands: stays(models.score.bands, "$.models.score.bands") } },
          }),
        });
        for (const situation of list) {
          const facts = factsIn(situation);
          const outcomes = [policy, lean].map((each) => {
            const truths = truthsOf(each, facts);
            return truths && resolve(each, facts, truths).outcome;
          });
          assert.equal(outcomes[1], outcomes[0], JSON.stringify(situation));
        }
      }),
      runs(300),
    );
  });

  it("is exact over booleans that are always there", () => {
    const names = ["a", "b", "c"];
    const features = new Map(
      names.map((name) => {
        const shape = {
          type: "boolean",
          presence: "always",
          minimum: undefined,
          isEventTime: false,
          sources: [],
        } as const;
        return [name, shape] as const;
      }),
    );
    const leaf = fc.record({
      fact: fc.constantFrom(...names),
      operator: fc.constantFrom("equal", "notEqual"),
      value: fc.boolean(),
    });
    const { condition } = fc.letrec<{ condition: object }>((tie) => {
      const children = fc.array(fc.oneof({ depthSize: "small" }, leaf, tie("condition")), {
        minLength: 1,
        maxLength: 4,
      });
      return {
        condition: fc.oneof(
          { depthSize: "small" },
          fc.record({ all: children }),
          fc.record({ any: children }),
          fc.record({ not: fc.oneof({ depthSize: "small" }, leaf, tie("condition")) }),
        ),
      };
    });
    fc.assert(
      fc.property(condition, (written) => {
        const scope = { features: undefined, lists: undefined, shared: {}, report: () => {} };
        const made = loadCondition(written as ConditionDocument, [], scope);
        const tables = Array.from({ length: 2 ** names.length }, (_, bits) =>
          Object.fromEntries(names.map((name, at) => [name, { value: (bits & (2 ** at)) > 0 }])),
        );
        const holds = tables.some((table) => evaluate([made], factsOf(table))[0] === true);
        assert.equal(
          possible([{ condition: made, negated: false, leniently: false }], features),
          holds ? "maybe" : "no",
        );
      }),
      runs(300),
    );
  });
});

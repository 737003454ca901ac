import assert from "node:assert/strict";
import fc from "fast-check";
import { fires, resolve } from "../../../src/decide/resolve.ts";
import { compiledEvaluator } from "../../../src/policy/compile.ts";
import type { Condition, Truth } from "../../../src/policy/condition.ts";
import type { FindingCode } from "../../../src/policy/lint/finding.ts";
import { possible } from "../../../src/policy/lint/possible.ts";
import { loadCondition } from "../../../src/policy/load-conditions.ts";
import type { Policy } from "../../../src/policy/policy.ts";
import type { ConditionDocument } from "../../../src/policy/policy-schema.ts";
import { runs } from "../../support/property.ts";
import { type FactTable, factsOf, slotOf } from "../support/facts.ts";
import { type Document, load, policyDocument } from "../support/policies.ts";
import { anyContext, completeContext, tightLeaf } from "./support/contexts.ts";
import { lint } from "./support/lint.ts";

const tight = policyDocument({ leaf: tightLeaf });
/** With unusual operators, and values of any type. */
const wild = policyDocument();
const policies = fc.oneof({ weight: 3, arbitrary: tight }, { weight: 1, arbitrary: wild });
const contexts = fc.array(completeContext, { minLength: 10, maxLength: 40 });

const gated = fc
  .tuple(policies, fc.option(tightLeaf))
  .map(
    ([document, gate]): Document =>
      gate === null
        ? document
        : { ...document, gate: { conditions: { all: [gate] }, otherwise: { outcome: "approve" } } },
  );

/** The rules' truths; undefined where the gate answers. */
function truthsOf(policy: Policy, table: FactTable): readonly Truth[] | undefined {
  if (policy.gate !== undefined && evaluate([policy.gate.conditions], table)[0] === false) return undefined;
  return evaluate(
    policy.rules.map(({ conditions }) => conditions),
    table,
  );
}

function evaluate(conditions: readonly Condition[], table: FactTable): readonly Truth[] {
  return compiledEvaluator(conditions, slotOf).evaluate(factsOf(table)) as readonly Truth[];
}

/** Codes that call a rule superfluous: taking it away changes no outcome. */
const superfluous: readonly FindingCode[] = [
  "never-fires",
  "implied-rule",
  "duplicate-rule",
  "only-adds-reason",
  "outcome-never-matters",
  "shadow-rule",
];

describe("the lint's reasoning", () => {
  const firing: Readonly<Record<string, fc.Arbitrary<[Document, FactTable[]]>>> = {
    "": fc.tuple(gated, contexts),
    ", while features are still to come": fc.tuple(policies, fc.array(anyContext, { minLength: 10, maxLength: 40 })),
  };
  for (const [when, cases] of Object.entries(firing)) {
    it(`finds no rule to never fire, or to always hold, that a context shows otherwise${when}`, () => {
      fc.assert(
        fc.property(cases, ([document, tables]) => {
          const policy = load(document);
          const found = lint(document);
          const has = (code: FindingCode, name: string) =>
            found.some((each) => each.code === code && each.rule === name);
          for (const table of tables) {
            for (const [at, truth] of (truthsOf(policy, table) ?? []).entries()) {
              const rule = policy.rules[at]!;
              if (has("never-fires", rule.name))
                assert.equal(fires(rule, factsOf(table), truth), false, JSON.stringify(table));
              if (has("always-true", rule.name)) assert.notEqual(truth, false, JSON.stringify(table));
            }
          }
        }),
        runs(300),
      );
    });
  }

  it("finds no gate to be closed, or open to all, that a context shows otherwise", () => {
    fc.assert(
      fc.property(gated, contexts, (document, tables) => {
        const policy = load(document);
        const codes = lint(document).map(({ code }) => code);
        for (const table of tables) {
          const passes = truthsOf(policy, table) !== undefined;
          if (codes.includes("gate-never-passes")) assert.equal(passes, false, JSON.stringify(table));
          if (codes.includes("gate-always-passes")) assert.equal(passes, true, JSON.stringify(table));
        }
      }),
      runs(200),
    );
  });

  it("says of no rule that another fires whenever it does, if a context shows otherwise", () => {
    fc.assert(
      fc.property(gated, contexts, (document, tables) => {
        const policy = load(document);
        const pairs = lint(document)
          .filter(({ message }) => /\bwhenever it fires|\bexactly when/.test(message))
          .map(({ rule, message }) => [rule!, /"(.*?)"/.exec(message)![1]!] as const);
        const index = (name: string) => policy.rules.findIndex((rule) => rule.name === name);
        for (const table of tables) {
          const truths = truthsOf(policy, table);
          if (truths === undefined) continue;
          const fired = (name: string) => fires(policy.rules[index(name)]!, factsOf(table), truths[index(name)]!);
          for (const [rule, other] of pairs) assert.ok(!fired(rule) || fired(other), JSON.stringify(table));
        }
      }),
      runs(300),
    );
  });

  it("changes no outcome where all that it calls superfluous is taken away", () => {
    fc.assert(
      fc.property(gated, contexts, (document, tables) => {
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
        for (const table of tables) {
          const outcomes = [policy, lean].map((each) => {
            const truths = truthsOf(each, table);
            return truths && resolve(each, factsOf(table), truths).outcome;
          });
          assert.equal(outcomes[1], outcomes[0], JSON.stringify(table));
        }
      }),
      runs(300),
    );
  });

  it("is exact over booleans that are always there", () => {
    const names = ["a", "b", "c"];
    const features = new Map(
      names.map((name) => [name, { type: "boolean", presence: "always", minimum: undefined, sources: [] }] as const),
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
        const holds = tables.some((table) => evaluate([made], table)[0] === true);
        assert.equal(
          possible([{ condition: made, negated: false, leniently: false }], features),
          holds ? "maybe" : "no",
        );
      }),
      runs(300),
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { compiledEvaluator } from "../../../src/policy/compile.ts";
import type { Truth } from "../../../src/policy/condition.ts";
import { canonical } from "../../../src/policy/diff/canonical.ts";
import { diffPolicies, isSame, type PolicyDiff } from "../../../src/policy/diff/diff-policies.ts";
import { readWrittenPolicy } from "../../../src/policy/explain-document.ts";
import { runs } from "../../support/property.ts";
import { factsOf, slotOf, someFacts } from "../support/facts.ts";
import { type Document, policyDocument } from "../support/policies.ts";

const read = (document: object) => readWrittenPolicy("p.json", JSON.stringify(document));
const diff = (before: object, after: object): PolicyDiff => diffPolicies(read(before), read(after));

const leaf = (fact: string, value: unknown, operator = "greaterThan") => ({ fact, operator, value });
const rule = (name: string, rest: object = {}) => ({
  name,
  conditions: { all: [leaf("amount", 220), leaf("country", "FR", "equal")] },
  event: { type: "decline", params: { reason: "R" } },
  ...rest,
});
const base = {
  id: "p",
  outcomes: ["decline", "review", "approve"],
  default: "approve",
  rules: [rule("first"), rule("second")],
  models: { score: { model: "m", version: "1", bands: [{ gte: 0.9, outcome: "decline" }] } },
  points: [{ gte: 60, outcome: "review" }],
  reasons: { R: { internal: "text" } },
};
const none: PolicyDiff = { settings: [], added: [], removed: [], changed: [] };
const gate = (at: number) => ({
  conditions: { all: [leaf("amount", at)] },
  otherwise: { outcome: "approve", reason: "R" },
});

/** The base with some parts replaced differs in exactly this. */
function check(parts: object, expected: Partial<PolicyDiff>): void {
  assert.deepEqual(diff(base, { ...base, ...parts }), { ...none, ...expected });
}

type Changes = PolicyDiff["settings"];

const settings: Readonly<Record<string, readonly [parts: object, ...changes: Changes]>> = {
  "the default": [{ default: "review" }, { what: "default", before: "approve", after: "review" }],
  "the precedence": [
    { outcomes: ["review", "decline", "approve"] },
    { what: "outcomes", before: "decline, review, approve", after: "review, decline, approve" },
  ],
  "the deadline": [{ deadlineMs: 200 }, { what: "deadlineMs", before: undefined, after: "200" }],
  "when it answers": [{ settle: "complete" }, { what: "settle", before: "early", after: "complete" }],
  "a gate": [
    { gate: gate(0) },
    { what: "gate", before: undefined, after: "amount is over 0" },
    { what: "gate otherwise", before: undefined, after: "approve (R)" },
  ],
  "a model's version, bands and answer to its absence": [
    {
      models: {
        score: {
          model: "m",
          version: "2",
          bands: [{ gte: 0.8, outcome: "decline" }],
          onMissing: { outcome: "review" },
        },
      },
    },
    { what: "model of score", before: "m/1", after: "m/2" },
    { what: "bands of score", before: "decline from 0.9", after: "decline from 0.8" },
    { what: "score when missing", before: undefined, after: "review" },
  ],
  thresholds: [{ points: [] }, { what: "points", before: "review from 60", after: undefined }],
  "reasons' texts": [
    { reasons: { R: { internal: "text", customer: "sorry" } } },
    { what: "reason R for customers", before: undefined, after: "sorry" },
  ],
};

const rules: Readonly<Record<string, readonly [rest: object, ...changes: Changes]>> = {
  outcome: [
    { event: { type: "review", params: { reason: "R" } } },
    { what: "outcome", before: "decline", after: "review" },
  ],
  reason: [{ event: { type: "decline" } }, { what: "reason", before: "R", after: undefined }],
  points: [
    { event: { type: "decline", params: { reason: "R", points: 5 } } },
    { what: "points", before: "0", after: "5" },
  ],
  mode: [{ mode: "off" }, { what: "mode", before: "live", after: "off" }],
  onUnknown: [{ onUnknown: "fire" }, { what: "onUnknown", before: "ignore", after: "fire" }],
  conditions: [
    { conditions: { all: [leaf("amount", 300)] } },
    { what: "conditions", before: 'amount is over 220 and country is "FR"', after: "amount is over 300" },
  ],
};

const alike: Readonly<Record<string, object>> = {
  "the order of rules": { rules: [rule("second"), rule("first")] },
  "the order within conditions": {
    rules: [
      rule("first", { conditions: { all: [leaf("country", "FR", "equal"), leaf("amount", 220)] } }),
      rule("second"),
    ],
  },
  "groups of one, groups within groups, and repetition": {
    rules: [
      rule("first", {
        conditions: {
          all: [{ all: [leaf("amount", 220), leaf("amount", 220)] }, { any: [leaf("country", "FR", "equal")] }],
        },
      }),
      rule("second"),
    ],
  },
  "a condition shared or not, labelled or not, denied twice or not at all": {
    conditions: { french: { name: "French", all: [leaf("country", "FR", "equal")] } },
    rules: [
      rule("first", { conditions: { all: [leaf("amount", 220), { not: { not: { condition: "french" } } }] } }),
      rule("second"),
    ],
  },
  "defaults that are spelled out": {
    settle: "early",
    rules: [rule("first", { mode: "live", onUnknown: "ignore", priority: 3 }), rule("second", { description: "text" })],
  },
  "tests and descriptions": { description: "text", tests: [{ name: "t", given: {}, expect: { outcome: "approve" } }] },
};

describe("a comparison of policies", () => {
  for (const [name, [parts, ...changes]] of Object.entries(settings))
    it(`tells ${name}`, () => check(parts, { settings: changes }));

  for (const [name, [rest, ...changes]] of Object.entries(rules))
    it(`tells a rule's ${name}`, () =>
      check({ rules: [rule("first", rest), rule("second")] }, { changed: [{ name: "first", changes }] }));

  for (const [name, parts] of Object.entries(alike)) it(`is blind to ${name}`, () => check(parts, {}));

  it("tells rules that are only on one side, as sentences", () => {
    const sentence = 'Declines (R) when amount is over 220 and country is "FR".';
    check(
      { rules: [rule("first"), rule("third")] },
      { removed: [{ name: "second", sentence }], added: [{ name: "third", sentence }] },
    );
  });

  it("tells what a shared condition changes in each rule that uses it", () => {
    const using = (at: number) => ({
      ...base,
      conditions: { high: { all: [leaf("amount", at)] } },
      rules: [rule("first", { conditions: { all: [{ condition: "high" }] } }), rule("second")],
    });
    const changes = [{ what: "conditions", before: "amount is over 1", after: "amount is over 2" }];
    assert.deepEqual(diff(using(1), using(2)), { ...none, changed: [{ name: "first", changes }] });
  });

  it("finds nothing after a shuffle of everything whose order means nothing", () => {
    fc.assert(
      fc.property(policyDocument(), fc.infiniteStream(fc.nat()), (document, stream) => {
        const random = (below: number) => stream.next().value % below;
        assert.deepEqual(diff(document, shuffled(document, random) as Document), none);
      }),
      runs(200),
    );
  });

  it("takes conditions for the same only if no context tells them apart", () => {
    const cases = fc.tuple(policyDocument(), fc.infiniteStream(fc.nat()), fc.array(someFacts, { minLength: 5 }));
    fc.assert(
      fc.property(cases, ([document, stream, tables]) => {
        const other = shuffled(document, (below) => stream.next().value % below) as Document;
        const conditions = [document, other].flatMap((each) => read(each).rules.map((one) => one.conditions));
        for (const group of Map.groupBy(conditions, canonical).values()) {
          assert.ok(group.length > 1);
          for (const table of tables) {
            const truths = compiledEvaluator(group, slotOf).evaluate(factsOf(table)) as readonly Truth[];
            assert.equal(new Set(truths).size, 1);
          }
        }
      }),
      runs(200),
    );
  });

  it("is the mirror of the comparison the other way round", () => {
    fc.assert(
      fc.property(policyDocument(), policyDocument(), (one, other) => {
        const [there, back] = [diff(one, other), diff(other, one)];
        assert.deepEqual(back.added, there.removed);
        assert.deepEqual(back.removed, there.added);
        assert.equal(isSame(back), isSame(there));
      }),
      runs(100),
    );
  });
});

/** Members of objects, rules, bands, and what stands within all and any; not the precedence, nor lists of values. */
function shuffled(node: unknown, random: (below: number) => number, name = ""): unknown {
  const mixed = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => [random(1_000), item] as const)
      .sort(([left], [right]) => left - right)
      .map(([, item]) => item);
  if (Array.isArray(node)) {
    const items = node.map((item) => shuffled(item, random));
    return ["all", "any", "rules", "bands", "points"].includes(name) ? mixed(items) : items;
  }
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(mixed(Object.entries(node)).map(([key, value]) => [key, shuffled(value, random, key)]));
}

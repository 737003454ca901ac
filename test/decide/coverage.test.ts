import assert from "node:assert/strict";
import { coverageOf } from "../../src/decide/policy-tests/coverage.ts";
import { testPolicy } from "../../src/decide/test-policy.ts";
import { placesIn } from "../../src/policy/places.ts";
import { bundleOf } from "./support/engine.ts";

const features = {
  amount: { from: "request", path: "amount", type: "double" },
  country: { from: "request", path: "country", type: "string" },
};
const leaf = (fact: string, operator: string, value: unknown, name?: string) => ({
  fact,
  operator,
  value,
  ...(name && { name }),
});
const policy = {
  gate: { conditions: { all: [leaf("amount", "greaterThan", 0)] }, otherwise: { outcome: "approve" } },
  models: {
    score: {
      model: "m",
      version: "1",
      bands: [
        { gte: 0.9, outcome: "decline" },
        { gte: 0.5, outcome: "review" },
      ],
    },
  },
  points: [{ gte: 5, outcome: "review" }],
  conditions: { abroad: { all: [leaf("country", "notEqual", "FR", "abroad")] } },
  rules: [
    {
      name: "far",
      conditions: { all: [leaf("amount", "greaterThan", 9), { condition: "abroad" }] },
      event: { type: "review" },
    },
    {
      name: "some",
      conditions: { any: [leaf("amount", "greaterThan", 9)] },
      event: { type: "points", params: { points: 5 } },
    },
    { name: "off", mode: "off", conditions: { any: [leaf("amount", "greaterThan", 1)] }, event: { type: "review" } },
  ],
};

const document = JSON.stringify(
  { id: "p", outcomes: ["decline", "review", "approve"], default: "approve", ...policy },
  null,
  1,
);
/** The line of the document, from 1, that holds a text for the nth time. */
const lineWith = (text: string, nth = 1) =>
  document.split("\n").flatMap((line, at) => (line.includes(text) ? [at + 1] : []))[nth - 1]!;

/** The coverage by tests that give these features. */
async function coverage(...givens: readonly object[]) {
  const tests = givens.map((given, at) => ({ name: `t${at}`, given, expect: { fired: [] } }));
  const scores = { "m/1": () => Promise.reject(new Error("models are not run")) };
  const compiled = bundleOf({ features, scores, policy: { ...policy, tests } }).policies.get("p")!;
  const runs = (await testPolicy(compiled)).map(({ run }) => run);
  return coverageOf(compiled, runs, placesIn("p.json", document));
}

/** What the tests leave unseen, by what it is. */
async function unseen(...givens: readonly object[]): Promise<readonly string[]> {
  const { items, seen, sides, percent } = await coverage(...givens);
  const missed = items.flatMap((item) => item.unseen.map((side) => `${item.rule ?? item.what}: ${item.text}: ${side}`));
  assert.equal(sides, 2 + 2 + 2 + 4 + 2 + 2 + 2 + 1);
  assert.equal(seen, sides - missed.length);
  assert.ok(Math.abs(percent - (seen / sides) * 100) < 0.1);
  return missed;
}

describe("the coverage of a policy's tests", () => {
  it("is nothing without tests", async () => assert.equal((await unseen()).length, 17));

  it("is the gate alone where the gate answers", async () => {
    const missed = await unseen({ amount: 0 });
    assert.deepEqual(missed.slice(0, 3), [
      "gate: the gate: lets through",
      "comparison: amount is over 0: true",
      "far: far: fired",
    ]);
    assert.equal(missed.length, 15);
  });

  it("counts each comparison both ways, also where the rule's result did not need it", async () =>
    assert.deepEqual(await unseen({ amount: 1, country: "DE", score: 0.5 }), [
      "gate: the gate: answers",
      "comparison: amount is over 0: false",
      "far: far: fired",
      "far: amount is over 9: true",
      'far: abroad (country is not "FR"): false',
      "some: some: fired",
      "some: amount is over 9: true",
      "band: score from 0.9: reached",
      "threshold: 5 points: reached",
    ]));

  it("is whole when everything was seen from both sides", async () =>
    assert.deepEqual(
      await unseen({ amount: 0 }, { amount: 10, country: "DE", score: 0.95 }, { amount: 1, country: "FR", score: 0.6 }),
      [],
    ));

  it("tells what was seen unknown, which is no side of its own", async () => {
    const { items, seen } = await coverage({ amount: 10 });
    const unknown = items.filter(({ seenUnknown }) => seenUnknown).map(({ text }) => text);
    assert.deepEqual(unknown, ["far", 'abroad (country is not "FR")']);
    const { items: passed } = await coverage({});
    assert.deepEqual([passed[0]!.seen, passed[0]!.seenUnknown], [["lets through"], true]);
    assert.equal(seen, 7);
  });

  it("tells where everything stands, and in which shared condition", async () => {
    const { items } = await coverage();
    assert.deepEqual(
      items.map(({ text, line, sharedCondition }) => [text, line, sharedCondition]),
      [
        ["the gate", lineWith('"gate"'), undefined],
        ["amount is over 0", lineWith('"fact"') - 1, undefined],
        ["far", lineWith('"far"') - 1, undefined],
        ["amount is over 9", lineWith('"value": 9') - 3, undefined],
        ['abroad (country is not "FR")', lineWith('"condition": "abroad"') - 1, "abroad"],
        ["some", lineWith('"some"') - 1, undefined],
        ["amount is over 9", lineWith('"value": 9', 2) - 3, undefined],
        ["score from 0.9", lineWith('"gte": 0.9') - 1, undefined],
        ["score from 0.5", lineWith('"gte": 0.5') - 1, undefined],
        ["5 points", lineWith('"gte": 5') - 1, undefined],
      ],
    );
  });
});

import assert from "node:assert/strict";
import { coverageOf } from "../../src/decide/policy-tests/coverage.ts";
import { testPolicy } from "../../src/decide/test-policy.ts";
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

/** What the tests leave unseen, by what it is. */
async function unseen(...givens: readonly object[]): Promise<readonly string[]> {
  const tests = givens.map((given, at) => ({ name: `t${at}`, given, expect: { fired: [] } }));
  const scores = { "m/1": () => Promise.reject(new Error("models are not run")) };
  const compiled = bundleOf({ features, scores, policy: { ...policy, tests } }).policies.get("p")!;
  const { items, seen, sides, percent } = await coverageOf(
    compiled,
    (await testPolicy(compiled)).map(({ run }) => run),
  );
  const missed = items.flatMap((item) => item.unseen.map((side) => `${item.rule ?? item.what}: ${item.text}: ${side}`));
  assert.equal(sides, 2 + 2 + 4 + 2 + 2 + 2 + 1);
  assert.equal(seen, sides - missed.length);
  assert.ok(Math.abs(percent - (seen / sides) * 100) < 0.1);
  return missed;
}

describe("the coverage of a policy's tests", () => {
  it("is nothing without tests", async () => assert.equal((await unseen()).length, 15));

  it("is the gate alone where the gate answers", async () => {
    const missed = await unseen({ amount: 0 });
    assert.deepEqual(
      missed.filter((each) => each.startsWith("gate")),
      ["gate: the gate: lets through"],
    );
    assert.equal(missed.length, 14);
  });

  it("counts each comparison both ways, also where the rule's result did not need it", async () =>
    assert.deepEqual(await unseen({ amount: 1, country: "DE", score: 0.5 }), [
      "gate: the gate: answers",
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
});

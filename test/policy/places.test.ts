import assert from "node:assert/strict";
import { placesIn } from "../../src/policy/places.ts";

const leaf = (value: number) => ({ fact: "amount", operator: "greaterThan", value });

const policy = {
  id: "p",
  outcomes: ["review", "approve"],
  default: "approve",
  points: [
    { gte: 5, outcome: "approve" },
    { gte: 9, outcome: "review" },
  ],
  conditions: {
    inner: { any: [leaf(1), { not: leaf(2) }] },
    outer: { all: [{ condition: "inner" }, leaf(3)] },
  },
  rules: [
    { name: "off", mode: "off", conditions: { all: [leaf(4)] }, event: { type: "review" } },
    { name: "on", conditions: { all: [{ condition: "outer" }, { not: leaf(5) }] }, event: { type: "review" } },
  ],
};
const text = JSON.stringify(policy, null, 1);
const lines = text.split("\n").map((line) => line.trim());
const lineOf = (line: string) => lines.indexOf(line) + 1;

describe("the places of a policy's parts", () => {
  const places = placesIn("p.json", text);

  it("are by rule, also of one that is off", () => {
    assert.deepEqual([...places!.rules.keys()], ["off", "on"]);
    assert.equal(places!.rules.get("on")!.line, lineOf('"name": "on",') - 1);
    assert.equal(places!.gate, undefined);
  });

  it("of comparisons in shared conditions are where the rule uses them, with the name of the innermost", () => {
    const used = lineOf('"condition": "outer"') - 1;
    assert.deepEqual(places!.rules.get("on")!.comparisons, [
      { line: used, shared: "inner" },
      { line: used, shared: "inner" },
      { line: used, shared: "outer" },
      { line: lineOf('"value": 5') - 3, shared: undefined },
    ]);
  });

  it("of thresholds are by number and outcome", () => {
    const threshold = { gte: 9, outcome: "review", reason: undefined };
    assert.equal(places!.bandLine(undefined, threshold), lineOf('"gte": 9,') - 1);
    assert.equal(places!.bandLine(undefined, { ...threshold, gte: 8 }), undefined);
    assert.equal(places!.bandLine("score", threshold), undefined);
  });

  it("are none in what is no policy any more", () => assert.equal(placesIn("p.json", "{"), undefined));
});

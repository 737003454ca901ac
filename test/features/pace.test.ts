import assert from "node:assert/strict";
import fc from "fast-check";
import { Pace } from "../../src/features/pace.ts";
import { runs } from "../support/property.ts";
import { type Node, ok, planOf } from "./support/graph.ts";

const run = () => ok(1);

/** Enough decisions in which the models took so long that the pace knows them. */
function paceOf(nodes: readonly Node[], modelMs: Readonly<Record<string, number>>): number[] {
  const plan = planOf(nodes);
  const pace = new Pace(plan);
  for (let decision = 0; decision < 20; decision += 1)
    for (const [at, { name }] of nodes.entries()) pace.answered(at, modelMs[name] ?? 500);
  return nodes.map((_, at) => pace.reserveMs(at));
}

describe("the time that fetches leave", () => {
  it("is none while too little is known", () => {
    const plan = planOf([
      { name: "fetch", run },
      { name: "model", inputs: ["fetch"], kind: "model", run },
    ]);
    const pace = new Pace(plan);
    for (let decision = 0; decision < 19; decision += 1) pace.answered(1, 50);
    assert.equal(pace.reserveMs(0), 0);
    pace.answered(1, 50);
    assert.equal(pace.reserveMs(0), 50);
  });

  const cases: readonly [string, readonly Node[], readonly number[]][] = [
    [
      "nothing for another fetch, which cannot run without it",
      [
        { name: "a", run },
        { name: "b", inputs: ["a"], run },
      ],
      [0, 0],
    ],
    [
      "a model's time, also through another fetch",
      [
        { name: "a", run },
        { name: "b", inputs: ["a"], run },
        { name: "m", inputs: ["b"], kind: "model", run },
      ],
      [10, 10, 0],
    ],
    [
      "the time of models in a row",
      [
        { name: "a", run },
        { name: "m", inputs: ["a"], kind: "model", run },
        { name: "n", inputs: ["m"], kind: "model", run },
      ],
      [17, 7, 0],
    ],
    [
      "the longest of several ways",
      [
        { name: "a", run },
        { name: "m", inputs: ["a"], kind: "model", run },
        { name: "n", inputs: ["a"], kind: "model", run },
      ],
      [10, 0, 0],
    ],
  ];
  for (const [name, nodes, expected] of cases)
    it(`is ${name}`, () => assert.deepEqual(paceOf(nodes, { m: 10, n: 7 }), expected));

  it("is what 19 of 20 decisions need at most", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 20, maxLength: 20 }), (took) => {
        const pace = new Pace(
          planOf([
            { name: "fetch", run },
            { name: "model", inputs: ["fetch"], kind: "model", run },
          ]),
        );
        for (const ms of took) pace.answered(1, ms);
        assert.ok(took.filter((ms) => ms <= pace.reserveMs(0)).length >= 19);
        assert.ok(took.includes(pace.reserveMs(0)));
      }),
      runs(100),
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { resolve } from "../../src/decide/resolve.ts";
import type { Truth } from "../../src/policy/condition.ts";
import { completeFacts, factsOf } from "../policy/support/facts.ts";
import { load, outcomes, policyDocument, scoreName } from "../policy/support/policies.ts";
import { runs } from "../support/property.ts";

const conditions = { all: [{ fact: "amount", operator: "equal", value: 1 }] };
const reasons = Object.fromEntries(
  ["A", "B", "C", "D", "M", "P", "S"].map((code) => [code, { internal: `text ${code}` }]),
);

interface RuleParts {
  readonly type: string;
  readonly reason?: string;
  readonly points?: number;
  readonly mode?: string;
  readonly onUnknown?: string;
}

function policyWith(rules: readonly RuleParts[], parts: object = {}) {
  return load({
    id: "p",
    outcomes,
    default: "approve",
    reasons,
    rules: rules.map(({ type, reason, points, ...rule }, at) => ({
      ...rule,
      name: `r${at}`,
      conditions,
      event: { type, params: { ...(reason && { reason }), ...(points !== undefined && { points }) } },
    })),
    ...parts,
  });
}

const decline: RuleParts = { type: "decline", reason: "A" };
const review: RuleParts = { type: "review", reason: "B" };
const model = {
  model: "m",
  version: "1",
  onMissing: { outcome: "review", reason: "S" },
  bands: [
    { gte: 0.5, outcome: "review", reason: "M" },
    { gte: 0.9, outcome: "decline", reason: "M" },
    { gte: 0.1, outcome: "approve" },
  ],
};

const nothing = factsOf({});
const score = (value: number) => factsOf({ [scoreName]: { value } });
const codes = ({ reasons: given }: ReturnType<typeof resolve>) => given.map(({ code }) => code);

describe("resolving an outcome", () => {
  it("takes the strictest of the rules that fired, with all their reasons, strictest first", () => {
    const policy = policyWith([review, decline, review]);
    assert.deepEqual(resolve(policy, nothing, [true, true, false]), {
      outcome: "decline",
      byDefault: false,
      points: 0,
      reasons: [
        { code: "A", message: "text A", rule: "r1" },
        { code: "B", message: "text B", rule: "r0" },
      ],
    });
  });

  it("falls back to the default when nothing asks for an outcome", () => {
    const resolution = resolve(policyWith([decline, review]), nothing, [false, "unknown"]);
    assert.deepEqual(resolution, { outcome: "approve", byDefault: true, reasons: [], points: 0 });
  });

  it("lets the default hold only while nothing else does, be it ever so strict", () => {
    const policy = policyWith([{ type: "approve" }], { default: "decline" });
    assert.equal(resolve(policy, nothing, [true]).outcome, "approve");
    assert.equal(resolve(policy, nothing, [false]).outcome, "decline");
  });

  it("lets an unknown rule fire only where its policy says so", () => {
    const policy = policyWith([
      { ...decline, onUnknown: "ignore" },
      { ...review, onUnknown: "fire" },
    ]);
    assert.deepEqual(codes(resolve(policy, nothing, ["unknown", "unknown"])), ["B"]);
  });

  it("does not let a rule fire whose features are still on their way", () => {
    const policy = policyWith([{ ...decline, onUnknown: "fire" }]);
    assert.equal(resolve(policy, factsOf({ amount: "pending" }), ["unknown"]).outcome, "approve");
    assert.equal(resolve(policy, factsOf({ amount: "missing" }), ["unknown"]).outcome, "decline");
  });

  it("never lets a shadow rule take part", () => {
    const policy = policyWith([{ ...decline, mode: "shadow", points: 9 }], { points: [{ gte: 1, outcome: "review" }] });
    assert.deepEqual(resolve(policy, nothing, [true]), { outcome: "approve", byDefault: true, reasons: [], points: 0 });
  });

  describe("by points", () => {
    const thresholds = [
      { gte: 1, outcome: "review", reason: "P" },
      { gte: 2, outcome: "decline", reason: "P" },
      { gte: 3, outcome: "review", reason: "P" },
    ];
    const adds = (points: number, reason?: string): RuleParts => ({
      type: "points",
      points,
      ...(reason && { reason }),
    });

    it("adds up those of the rules that fired, whatever their type, and takes the strictest threshold reached", () => {
      const policy = policyWith([adds(1.5, "C"), { ...review, points: 2 }, adds(9)], { points: thresholds });
      assert.deepEqual(resolve(policy, nothing, [true, true, false]), {
        outcome: "decline",
        byDefault: false,
        points: 3.5,
        reasons: [
          { code: "P", message: "text P", rule: "points" },
          { code: "B", message: "text B", rule: "r1" },
          { code: "C", message: "text C", rule: "r0" },
        ],
      });
    });

    it("reaches a threshold that is met exactly, and none below", () => {
      const policy = policyWith([adds(0.5), adds(0.25), adds(0.25)], { points: thresholds });
      assert.equal(resolve(policy, nothing, [true, true, true]).outcome, "review");
      assert.equal(resolve(policy, nothing, [true, true, false]).outcome, "approve");
    });

    it("adds tenths as people do", () => {
      for (const tenths of [
        [0.7, 0.1, 0.2],
        [0.1, 0.2, 0.7],
        [0.2, 0.7, 0.1],
      ]) {
        const policy = policyWith(
          tenths.map((points) => adds(points)),
          { points: thresholds },
        );
        assert.equal(resolve(policy, nothing, [true, true, true]).points, 1);
        assert.equal(resolve(policy, nothing, [true, true, true]).outcome, "review");
      }
    });

    it("adds in one order whatever the rules' own, also where rounding tips", () => {
      const given = [0.1, 0.2, 0.4000000000015];
      const sum = (points: readonly number[]) =>
        resolve(policyWith(points.map((each) => adds(each))), nothing, [true, true, true]).points;
      assert.equal(sum(given), sum([...given].reverse()));
    });
  });

  describe("by a score", () => {
    const policy = policyWith([], { models: { [scoreName]: model } });

    it("takes the strictest band that it reaches", () => {
      assert.deepEqual(
        [0.05, 0.1, 0.5, 0.89, 0.9, 7].map((value) => resolve(policy, score(value), []).outcome),
        ["approve", "approve", "review", "review", "decline", "decline"],
      );
      assert.deepEqual(resolve(policy, score(0.9), []).reasons, [{ code: "M", message: "text M", rule: scoreName }]);
    });

    it("knows a default from a band that asks for the same", () => {
      assert.equal(resolve(policy, score(0.05), []).byDefault, true);
      assert.equal(resolve(policy, score(0.1), []).byDefault, false);
    });

    it("does as onMissing says without one, but not while it is on its way", () => {
      assert.deepEqual(resolve(policy, nothing, []).reasons, [{ code: "S", message: "text S", rule: scoreName }]);
      assert.equal(resolve(policy, factsOf({ [scoreName]: "pending" }), []).byDefault, true);
      const { onMissing, ...silent } = model;
      assert.equal(resolve(policyWith([], { models: { [scoreName]: silent } }), nothing, []).byDefault, true);
    });
  });

  it("does not depend on the order of the rules", () => {
    const truth = fc.constantFrom<Truth>(true, false, "unknown");
    const shuffled = policyDocument()
      .map(load)
      .chain((policy) =>
        fc.record({
          policy: fc.constant(policy),
          truths: fc.array(truth, { minLength: policy.rules.length, maxLength: policy.rules.length }),
          order: fc.shuffledSubarray([...policy.rules.keys()], { minLength: policy.rules.length }),
        }),
      );
    fc.assert(
      fc.property(
        shuffled,
        completeFacts,
        fc.double({ min: 0, max: 2, noNaN: true }),
        ({ policy, truths, order }, table, value) => {
          const facts = factsOf({ ...table, [scoreName]: { value } });
          const resolution = resolve(policy, facts, truths);
          const rules = order.map((at) => policy.rules[at]!);
          const other = resolve(
            { ...policy, rules },
            facts,
            order.map((at) => truths[at]!),
          );
          const sorted = ({ reasons }: typeof other) => reasons.map((reason) => JSON.stringify(reason)).sort();
          assert.deepEqual({ ...other, reasons: sorted(other) }, { ...resolution, reasons: sorted(resolution) });
        },
      ),
      runs(1000),
    );
  });
});

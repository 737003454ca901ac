import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Truth } from "../../src/policy/condition.ts";
import { isLive, shareOf } from "../../src/policy/rollout.ts";
import { runs } from "../support/property.ts";
import { type Fact, factsOf } from "./support/facts.ts";
import { load } from "./support/policies.ts";

function ruleWith(parts: object) {
  const rule = {
    name: "r",
    conditions: { all: [{ fact: "amount", operator: "greaterThan", value: 1 }] },
    event: { type: "review" },
    ...parts,
  };
  return load({ id: "p", outcomes: ["review"], default: "review", rules: [rule] }).rules[0]!;
}

const rolledOut = (percent: number) => ruleWith({ rollout: { percent, by: "code" } });

describe("a rule", () => {
  const cases: readonly [name: string, parts: object, code: Fact, expected: Truth][] = [
    ["is live", {}, "pending", true],
    ["in shadow is not", { mode: "shadow" }, { value: "a" }, false],
    ["rolled out to everybody is", { rollout: { percent: 100, by: "code" } }, { value: "a" }, true],
    ["rolled out to nobody is not", { rollout: { percent: 0, by: "code" } }, { value: "a" }, false],
    ["rolled out by a feature on its way may be", { rollout: { percent: 100, by: "code" } }, "pending", "unknown"],
    ["rolled out by a missing feature is not", { rollout: { percent: 100, by: "code" } }, "missing", false],
  ];
  for (const [name, parts, code, expected] of cases)
    it(`that ${name}`, () => assert.equal(isLive(ruleWith(parts), factsOf({ code })), expected));

  it("is rolled out to the share of values that any SHA-256 tells", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer()), (value) => {
        const digest = createHash("sha256").update(`r:${value}`).digest();
        assert.equal(shareOf("r", value), (digest.readUInt32BE(0) / 2 ** 32) * 100);
      }),
      runs(200),
    );
  });

  it("keeps all whom a smaller percentage had", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(100), fc.nat(100), (value, a, b) => {
        const facts = factsOf({ code: { value } });
        if (isLive(rolledOut(Math.min(a, b)), facts) === true)
          assert.equal(isLive(rolledOut(Math.max(a, b)), facts), true);
      }),
      runs(300),
    );
  });

  it("is rolled out to about the share it says, whatever the values look like", () => {
    const live = Array.from({ length: 20_000 }, (_, at) => shareOf("r", `customer-${at}`) < 30).filter(Boolean).length;
    assert.ok(live > 5_700 && live < 6_300, `${live} of 20000`);
  });
});

import assert from "node:assert/strict";
import type { Leaf } from "../../../src/policy/condition.ts";
import { claimOf } from "../../../src/policy/lint/claim.ts";
import { lintFeatures } from "./support/contexts.ts";

/** Claims of comparisons of one feature with a value. */
function claim(fact: string, operator: string, value: unknown, truth = true) {
  const absent = { valueFact: undefined, valuePath: undefined, path: undefined, label: undefined };
  const leaf: Leaf = { kind: "leaf", fact, operator, value, ...absent };
  return claimOf(leaf, lintFeatures, truth);
}

describe("the claim of a comparison", () => {
  it("is the same for the same comparison", () =>
    assert.deepEqual(claim("code", "matches", "^a"), claim("code", "matches", "^a")));

  it("tells infinities apart, which JSON does not", () => {
    const names = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null].map(
      (value) => claim("amount", "swap:lessThan", value).name,
    );
    assert.equal(new Set(names).size, names.length);
  });

  it("tells numbers and texts apart", () =>
    assert.notEqual(claim("amount", "swap:equal", 1).name, claim("amount", "swap:equal", "1").name));

  it("is that something is in a list, also of what asks whether it is not", () =>
    assert.deepEqual(claim("code", "notInList", "listed"), claim("code", "inList", "listed", false)));
});

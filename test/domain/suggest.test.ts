import assert from "node:assert/strict";
import { didYouMean } from "../../src/domain/suggest.ts";

const known = ["greaterThan", "lessThan", "equal"];

describe("did you mean", () => {
  it("suggests the nearest name, whatever its case", () => {
    assert.equal(didYouMean("greatrThan", known), 'did you mean "greaterThan"?');
    assert.equal(didYouMean("EQUALS", known), 'did you mean "equal"?');
  });

  it("suggests nothing for a name that is like none", () => {
    assert.equal(didYouMean("frobnicate", known), undefined);
    assert.equal(didYouMean("x", []), undefined);
  });

  it("tolerates two slips in a short name and a third of a long one", () => {
    assert.equal(didYouMean("ab", ["abcd"]), 'did you mean "abcd"?');
    assert.equal(didYouMean("ab", ["abcde"]), undefined);
    assert.equal(didYouMean("xxxaterThan", ["greaterThan"]), 'did you mean "greaterThan"?');
    assert.equal(didYouMean("xxxxterThan", ["greaterThan"]), undefined);
  });
});

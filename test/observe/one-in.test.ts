import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { isOneIn } from "../../src/observe/one-in.ts";

describe("one trace in so many", () => {
  const cases: readonly [what: string, count: number, traceId: string, state: string, chosen: boolean][] = [
    ["every one of one", 1, "0".repeat(32), "", true],
    ["the upper half of the last 56 bits", 2, `${"0".repeat(18)}80000000000000`, "", true],
    ["not the lower half, whatever stands before", 2, `${"f".repeat(18)}7fffffffffffff`, "", false],
    ["by the random bits that come with the trace", 2, "0".repeat(32), "a=b,ot=th:8;rv:ffffffffffffff", true],
    ["not by bits that are none", 2, "f".repeat(32), "ot=rv:00", true],
    ["not by what another system says", 2, "f".repeat(32), "other=rv:00000000000000", true],
  ];
  for (const [what, count, traceId, state, chosen] of cases) {
    it(`is ${what}`, () => assert.equal(isOneIn(count, traceId, state), chosen));
  }

  it("is about that many of random ids, and part of what one in fewer has", () => {
    const ids = Array.from({ length: 20_000 }, () => randomBytes(16).toString("hex"));
    const [hundredth, tenth] = [100, 10].map((count) => ids.filter((id) => isOneIn(count, id)));
    assert.ok(tenth!.length > 1_600 && tenth!.length < 2_400, `${tenth!.length} of 20,000`);
    assert.ok(hundredth!.length > 100 && hundredth!.every((id) => tenth!.includes(id)));
  });
});

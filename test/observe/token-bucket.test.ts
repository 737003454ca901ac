import assert from "node:assert/strict";
import fc from "fast-check";
import { TokenBucket } from "../../src/observe/token-bucket.ts";
import { runs } from "../support/property.ts";

/** How many of so many tries at one moment succeed. */
function taken(bucket: TokenBucket, nowMs: number, tries: number, leaving?: number): number {
  return Array.from({ length: tries }, () => bucket.take(nowMs, leaving)).filter(Boolean).length;
}

describe("a token bucket", () => {
  it("gives so many at once, and the same a second later", () => {
    const bucket = new TokenBucket(10, 0);
    assert.deepEqual([taken(bucket, 0, 30), taken(bucket, 500, 30), taken(bucket, 1500, 30)], [10, 5, 10]);
  });

  it("leaves a part to those who ask for it", () => {
    const bucket = new TokenBucket(10, 0);
    assert.deepEqual([taken(bucket, 0, 30, 0.5), taken(bucket, 0, 30)], [5, 5]);
  });

  it("never gives more than so many a second besides the first, whoever asks when", () => {
    const tries = fc.array(fc.record({ afterMs: fc.nat({ max: 200 }), half: fc.boolean() }), { maxLength: 300 });
    fc.assert(
      fc.property(tries, fc.integer({ min: 0, max: 50 }), (asked, perSecond) => {
        const bucket = new TokenBucket(perSecond, 0);
        let nowMs = 0;
        let given = 0;
        for (const { afterMs, half } of asked) {
          nowMs += afterMs;
          if (bucket.take(nowMs, half ? 0.5 : 0)) given += 1;
          assert.ok(given <= perSecond * (1 + nowMs / 1000) + 1e-6);
        }
      }),
      runs(200),
    );
  });
});

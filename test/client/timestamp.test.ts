import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { fromTimestamp, toTimestamp } from "../../src/client/timestamp.ts";

describe("moments as google.protobuf.Timestamp", () => {
  it("count nanoseconds forward from whole seconds, also before 1970", () => {
    deepStrictEqual(toTimestamp(1_500), { seconds: 1, nanos: 500_000_000 });
    deepStrictEqual(toTimestamp(-1), { seconds: -1, nanos: 999_000_000 });
    deepStrictEqual(toTimestamp(new Date("2024-01-01T00:00:00.250Z")), { seconds: 1_704_067_200, nanos: 250_000_000 });
  });

  it("come back to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 13), max: 10 ** 13 }), (ms) => {
        const { seconds, nanos } = toTimestamp(ms);
        strictEqual(fromTimestamp({ seconds: Number(seconds), nanos: nanos ?? 0 }), ms);
      }),
    );
  });
});

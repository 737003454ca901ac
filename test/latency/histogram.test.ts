import assert from "node:assert/strict";
import fc from "fast-check";
import { Histogram } from "../../src/latency/histogram.ts";
import { runs } from "../support/property.ts";

const someTimes = fc.array(fc.oneof(fc.nat(3000), fc.nat(5_000_000), fc.nat(3_000_000_000)), {
  minLength: 1,
  maxLength: 50,
});
const shares = [0, 0.5, 0.9, 0.99, 1];

function histogramOf(times: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const us of times) histogram.add(us);
  return histogram;
}

/** The nearest rank, by sorting. */
function nearestRank(times: readonly number[], share: number): number {
  return times.toSorted((left, right) => left - right)[Math.max(0, Math.ceil(share * times.length) - 1)]!;
}

describe("a histogram of times", () => {
  it("gives the quantiles that sorting gives, to 0.05 %", () => {
    fc.assert(
      fc.property(someTimes, (times) => {
        for (const share of shares) {
          const exact = nearestRank(times, share);
          const found = histogramOf(times).quantile(share);
          assert.ok(Math.abs(found - exact) <= exact / 2000, `${found} for ${exact}`);
          if (exact < 2048) assert.equal(found, exact);
        }
      }),
      runs(300),
    );
  });

  it("gives those of what is left and added when some are counted otherwise", () => {
    fc.assert(
      fc.property(someTimes, someTimes, (times, others) => {
        const differences = new Histogram();
        const moved = others.slice(0, times.length);
        for (const [at, us] of moved.entries()) {
          differences.add(times[at]!, -1);
          differences.add(us);
        }
        const all = [...moved, ...times.slice(moved.length)];
        for (const share of shares)
          assert.equal(histogramOf(times).quantile(share, differences), histogramOf(all).quantile(share));
      }),
      runs(300),
    );
  });

  it("is 0 of nothing", () => assert.equal(new Histogram().quantile(0.99), 0));
});

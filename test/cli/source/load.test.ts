import assert from "node:assert/strict";
import { press } from "../../../src/cli/source/load.ts";
import { Measured } from "../../../src/cli/source/measured.ts";

const quiet = { onProgress: () => {}, signal: new AbortController().signal };

describe("pressing a source", () => {
  it("counts the time of each question from when it was due, so that a stall shows in all it holds up", async () => {
    const measured = new Measured();
    // The tenth question stops this whole process, as a stall of a queue before the source would.
    await press(
      async (number, startMs) => {
        if (number === 10) for (const endMs = performance.now() + 200; performance.now() < endMs; );
        measured.add("OK", performance.now() - startMs);
      },
      { load: { ratePerS: 200 }, seconds: 0.3, ...quiet },
    );
    assert.equal(measured.statuses.OK, 60);
    // Some 40 questions were due during the stall; each knows its part of it.
    assert.ok(measured.shareOver(20) > 0.4, `${measured.shareOver(20)}`);
  });

  it("never has more in flight than it was told", async () => {
    let [open, most] = [0, 0];
    const ask = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
    };
    await press(ask, { load: { concurrency: 4 }, seconds: 0.1, ...quiet });
    assert.deepEqual([open, most], [0, 4]);
  });

  for (const load of [{ ratePerS: 1_000 }, { concurrency: 2 }])
    it(`ends when told: ${JSON.stringify(load)}`, async () => {
      const stop = new AbortController();
      let asked = 0;
      const ask = async () => {
        if (++asked === 5) stop.abort();
      };
      await press(ask, { load, seconds: 600, onProgress: () => {}, signal: stop.signal });
      assert.ok(asked < 100, `${asked}`);
    });
});

describe("what was measured", () => {
  it("has the nearest rank of each percentile, and leaves failures out of the times", () => {
    const measured = new Measured();
    for (let ms = 1000; ms >= 1; ms--) measured.add("OK", ms);
    for (let count = 0; count < 5; count++) measured.add("ERROR", 0.001, new Error("no"));
    measured.add("ERROR", 0.001, new Error("other"));
    assert.deepEqual(measured.latencyMs, { p50: 500, p90: 900, p99: 990, p999: 999, max: 1000 });
    assert.equal(measured.shareOver(970), 0.03);
    assert.deepEqual(measured.errors, [
      { message: "no", count: 5 },
      { message: "other", count: 1 },
    ]);
  });

  it("has nothing to say of nothing", () => {
    const { latencyMs, errors, statuses } = new Measured();
    assert.deepEqual([latencyMs, errors, statuses], [undefined, [], {}]);
  });
});

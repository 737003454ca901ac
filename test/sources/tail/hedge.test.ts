import assert from "node:assert/strict";
import fc from "fast-check";
import { Missing } from "../../../src/domain/feature.ts";
import { Latencies } from "../../../src/domain/latencies.ts";
import { withAttempts } from "../../../src/sources/tail/attempts.ts";
import { withHedge } from "../../../src/sources/tail/hedge.ts";
import { HedgeBudget } from "../../../src/sources/tail/hedge-budget.ts";
import { runs } from "../../support/property.ts";
import { ask, countEvents, FakeSource, FakeTime, feature, ok, settled } from "./support.ts";

/** A source that usually answers in 10 ms, and so many fetches that two second attempts are saved up. */
async function open({ known = 20, fetches = 45 } = {}) {
  const [time, source, { counts, events }] = [new FakeTime(), new FakeSource(), countEvents()];
  const parts = { time, events, latencies: new Latencies() };
  for (let each = 0; each < known; each += 1) parts.latencies.record(10);
  const fetch = withHedge(withAttempts(source, parts), parts).prepare([feature]);
  source.onCall = ({ fail }) => fail(new Error("reset"));
  for (let each = 0; each < fetches; each += 1) ask(fetch, time);
  await settled();
  source.onCall = () => {};
  source.calls.length = 0;
  return { time, source, counts, fetch, latencies: parts.latencies };
}

describe("a second attempt", () => {
  it("is made after the p95, and the first good answer is taken", async () => {
    const { time, source, counts, fetch } = await open();
    const asked = ask(fetch, time);
    await time.pass(9);
    assert.equal(source.calls.length, 1);
    await time.pass(1);
    assert.equal(source.calls.length, 2);
    source.last.answer(ok(2));
    await settled();
    assert.deepEqual(asked.end, ok(2));
    assert.deepEqual([source.inFlight, source.aborted, asked.listeners, time.timers], [0, 1, 0, 0]);
    assert.deepEqual(counts, { hedged: 1 });
  });

  it("goes out under a span of its own, in the same trace, and is told of", async () => {
    const { time, source, fetch } = await open();
    const asked = ask(fetch, time, [`00-${"1".repeat(32)}-${"2".repeat(16)}-01`]);
    await time.pass(10);
    const [note] = asked.notes;
    assert.equal(note?.kind, "hedged");
    const spanId = note?.kind === "hedged" ? note.spanId : "";
    assert.match(spanId, /^[0-9a-f]{16}$/);
    const sent = source.calls.map(({ request }) => request.traceparent.replace("trace of ", ""));
    assert.deepEqual(
      sent,
      ["2".repeat(16), spanId].map((id) => `00-${"1".repeat(32)}-${id}-01`),
    );
    asked.leave();
    await settled();
  });

  it("is aborted when the first answers after all", async () => {
    const { time, source, fetch } = await open();
    const asked = ask(fetch, time);
    await time.pass(10);
    source.calls[0]!.answer(ok(1));
    await settled();
    assert.deepEqual(asked.end, ok(1));
    assert.deepEqual([source.inFlight, source.aborted, asked.listeners], [0, 1, 0]);
  });

  it("is waited for when the other failed; if both do, the first to fail is told", async () => {
    const { time, source, fetch } = await open();
    const saved = ask(fetch, time);
    await time.pass(10);
    source.calls[0]!.fail(new Error("reset"));
    await settled();
    source.calls[1]!.answer(ok(2));
    await settled();
    assert.deepEqual(saved.end, ok(2));
    const lost = ask(fetch, time);
    await time.pass(10);
    source.calls[3]!.answer({ status: "ERROR", values: [Missing.error] });
    await settled();
    assert.equal(lost.end, undefined);
    source.calls[2]!.fail(new Error("reset"));
    await settled();
    assert.deepEqual(lost.end, { status: "ERROR", values: [Missing.error] });
  });

  it("is not made after a failure, an end, or while too little is known", async () => {
    const { time, source, fetch } = await open();
    const failed = ask(fetch, time);
    source.last.fail(new Error("reset"));
    const left = ask(fetch, time);
    left.leave();
    await time.pass(50);
    assert.deepEqual([failed.end, left.end, source.calls.length, time.timers], ["reset", "left", 2, 0]);
    const cold = await open({ known: 19 });
    ask(cold.fetch, cold.time);
    await cold.time.pass(50);
    assert.equal(cold.source.calls.length, 1);
  });

  it("is not made when it would begin after the deadline; both end with the signal", async () => {
    const { time, source, fetch } = await open();
    ask(fetch, time, ["k"], 10);
    await time.pass(10);
    assert.equal(source.calls.length, 1);
    const asked = ask(fetch, time, ["k"], 30);
    await time.pass(30);
    assert.deepEqual([source.calls.length, source.inFlight, asked.end, asked.listeners], [3, 0, "timeout", 0]);
  });

  it("is made for 5 % of the fetches at most, also when all are slow", async () => {
    const { time, source, counts, fetch } = await open({ fetches: 0 });
    const fetches = 2_000;
    for (let each = 0; each < fetches; each += 1) {
      ask(fetch, time);
      await time.pass(1);
    }
    await time.pass(200);
    assert.equal(source.calls.length, fetches + counts.hedged!);
    assert.ok(counts.hedged! <= 0.05 * fetches, `${counts.hedged}`);
    assert.ok(counts.hedged! >= 0.04 * fetches, `${counts.hedged}`);
  });

  it("never exceeds its budget, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 100 }), (bursts) => {
        const budget = new HedgeBudget();
        let [fetches, taken] = [0, 0];
        for (const burst of bursts) {
          for (let each = 0; each < burst; each += 1) budget.earn();
          fetches += burst;
          while (budget.take()) taken += 1;
          assert.ok(taken <= fetches * 0.05, `${taken} of ${fetches}`);
        }
      }),
      runs(200),
    );
  });

  const given: readonly [string, number, number][] = [
    ["counts what was given up after the p95 as slow, so that the p95 does not sink", 20, 20],
    ["does not count what was given up before", 5, 10],
  ];
  for (const [what, afterMs, p95] of given)
    it(what, async () => {
      const { time, fetch, latencies } = await open({ fetches: 0 });
      for (let each = 0; each < 64; each += 1) {
        const asked = ask(fetch, time);
        await time.pass(afterMs);
        asked.leave();
      }
      await settled();
      assert.equal(latencies.p95, p95);
    });
});

describe("latencies", () => {
  it("know median and p95 of the last 512, as sorting them all tells", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (pattern) => {
          const latencies = new Latencies();
          const all: number[] = [];
          // So many that it has just looked again.
          for (let each = 0; each < 20 + 32 * 30; each += 1) {
            all.push(pattern[each % pattern.length]!);
            latencies.record(all.at(-1)!);
          }
          const sorted = all.slice(-512).sort((a, b) => a - b);
          assert.deepEqual([latencies.median, latencies.p95], [sorted[255], sorted[486]]);
        },
      ),
      runs(100),
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { withBulkhead } from "../../../src/sources/tail/bulkhead.ts";
import { runs } from "../../support/property.ts";
import { type Asked, ask, countEvents, FakeSource, FakeTime, feature, ok, settled } from "./support.ts";

function open(maxInFlight: number, queue: number) {
  const [time, source, { counts, events }] = [new FakeTime(), new FakeSource(), countEvents()];
  const fetch = withBulkhead(source, { maxInFlight, queue }, { events }).prepare([feature]);
  return { time, source, counts, fetch };
}

describe("a bulkhead", () => {
  it("never has more in flight or waiting than it may, refuses only then, and loses none", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.tuple(fc.constantFrom("ask", "ask", "answer", "fail", "leave"), fc.nat()), { maxLength: 60 }),
        async (maxInFlight, queue, steps) => {
          const { time, source, fetch } = open(maxInFlight, queue);
          const all: Asked[] = [];
          const waiting = () => all.filter(({ end }) => end === undefined);
          const step = async ([what, which]: [string, number]) => {
            const calls = source.calls.filter(({ request }) => !request.signal.aborted);
            const call = calls[which % calls.length];
            if (what === "ask") {
              const full = waiting().length >= maxInFlight + queue;
              const asked = ask(fetch, time);
              all.push(asked);
              assert.equal(asked.end !== undefined, full);
            } else if (what === "answer") call?.answer(ok(1));
            else if (what === "fail") call?.fail(new Error("reset"));
            else waiting()[which % waiting().length]?.leave();
            await settled();
            assert.equal(source.inFlight, Math.min(maxInFlight, waiting().length), "no turn is left unused");
          };
          for (const each of steps) await step(each);
          assert.ok(source.mostInFlight <= maxInFlight);
          while (source.inFlight > 0) {
            for (const call of source.calls) call.answer(ok(1));
            await settled();
          }
          assert.deepEqual(waiting(), []);
          assert.ok(all.every(({ listeners }) => listeners === 0));
        },
      ),
      runs(100),
    );
  });

  it("says what to do when it refuses", () => {
    const { time, counts, fetch } = open(1, 0);
    ask(fetch, time);
    assert.equal(
      ask(fetch, time).end,
      "too many requests to cards: 1 in flight and 0 waiting; " +
        "it is too slow for its load, or maxInFlight and queue are too small",
    );
    assert.deepEqual(counts, { rejected: 1 });
  });

  it("tells who waits, until it is their turn or they leave", async () => {
    const { time, source, counts, fetch } = open(1, 2);
    const [, , leaves] = ["a", "b", "c"].map((key) => ask(fetch, time, [key]));
    assert.deepEqual(counts, { queued: 2 });
    leaves!.leave();
    await settled();
    assert.deepEqual(counts, { queued: 2, unqueued: 1 });
    source.last.answer(ok(1));
    await settled();
    assert.deepEqual(counts, { queued: 2, unqueued: 2 });
  });

  it("gives the turn on when it came to one who left in that moment", async () => {
    const { time, source, fetch } = open(1, 2);
    const [, left, next] = ["a", "b", "c"].map((key) => ask(fetch, time, [key]));
    source.last.answer(ok(1));
    // After the turn is given, before it is used.
    queueMicrotask(() => left!.leave());
    await settled();
    assert.deepEqual([left!.end, next!.end, source.last.request.key], ["left", undefined, ["c"]]);
  });

  it("takes those who wait in their order", async () => {
    const { time, source, fetch } = open(1, 3);
    for (const key of ["a", "b", "c"]) ask(fetch, time, [key]);
    const left = ask(fetch, time, ["d"]);
    left.leave();
    while (source.inFlight > 0) {
      source.last.answer(ok(1));
      await settled();
    }
    assert.deepEqual(
      source.calls.map(({ request }) => request.key),
      [["a"], ["b"], ["c"]],
    );
    assert.equal(left.end, "left");
  });
});

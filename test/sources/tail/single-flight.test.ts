import assert from "node:assert/strict";
import fc from "fast-check";
import { withSingleFlight } from "../../../src/sources/tail/single-flight.ts";
import { runs } from "../../support/property.ts";
import { type Asked, ask, countEvents, FakeSource, FakeTime, feature, ok, settled } from "./support.ts";

function open() {
  const [time, source, { counts, events }] = [new FakeTime(), new FakeSource(), countEvents()];
  const tailed = withSingleFlight(source, { events });
  return { time, source, counts, tailed, fetch: tailed.prepare([feature]) };
}

describe("single flight", () => {
  it("makes one fetch of many equal ones, and answers all", async () => {
    const { time, source, counts, fetch } = open();
    const all = Array.from({ length: 50 }, () => ask(fetch, time));
    assert.equal(source.calls.length, 1);
    source.last.answer(ok(7));
    await settled();
    assert.deepEqual(
      all.map(({ end, listeners }) => [end, listeners]),
      all.map(() => [ok(7), 0]),
    );
    assert.deepEqual(counts, { shared: 49 });
    ask(fetch, time);
    assert.equal(source.calls.length, 2, "what has landed is not shared");
  });

  it("tells a failure to all", async () => {
    const { time, source, fetch } = open();
    const all = [ask(fetch, time), ask(fetch, time)];
    source.last.fail(new Error("reset"));
    await settled();
    assert.deepEqual(
      all.map(({ end }) => end),
      ["reset", "reset"],
    );
  });

  const pairs: readonly [string, readonly (string | number | boolean)[], readonly (string | number | boolean)[]][] = [
    ["a text and a number", ["1"], [1]],
    ["a text and a truth value", ["true"], [true]],
    ["one text and two", ["a,b"], ["a", "b"]],
    ["texts that hold what separates them", ['a","b'], ["a", "b"]],
  ];
  for (const [what, one, other] of pairs)
    it(`keeps apart ${what}`, () => {
      const { time, source, fetch } = open();
      ask(fetch, time, one);
      ask(fetch, time, other);
      assert.equal(source.calls.length, 2);
    });

  it("shares only what wants the same features, in whichever policy", () => {
    const { time, source, tailed } = open();
    ask(tailed.prepare([feature]), time);
    ask(tailed.prepare([{ ...feature }]), time);
    assert.equal(source.calls.length, 1);
    ask(tailed.prepare([feature, { path: "owner", type: "string" }]), time);
    assert.equal(source.calls.length, 2);
  });

  it("lets each go at once, and is due when the last who waits is", async () => {
    const { time, source, fetch } = open();
    const short = ask(fetch, time, ["k"], 100);
    await time.pass(50);
    const long = ask(fetch, time, ["k"], 100);
    assert.equal(source.last.request.deadlineMs, 150);
    await time.pass(50);
    assert.deepEqual([short.end, long.end], ["timeout", undefined]);
    long.leave();
    await settled();
    assert.equal(source.aborted, 1);
    assert.equal(source.last.request.deadlineMs, 150);
  });

  it("is not joined once the last has left", () => {
    const { time, source, fetch } = open();
    ask(fetch, time).leave();
    ask(fetch, time);
    assert.equal(source.calls.length, 2);
  });

  it("names the span of one who still waits", () => {
    const { time, source, fetch } = open();
    const first = ask(fetch, time, ["k"]);
    ask(fetch, time, ["k"]);
    first.leave();
    assert.equal(source.last.request.traceparent, "trace of k");
  });

  it("is in flight exactly as long as somebody waits, and each has an end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom("ask", "ask", "leave", "answer", "fail"), fc.nat()), { maxLength: 60 }),
        async (steps) => {
          const { time, source, fetch } = open();
          const all: { key: string; asked: Asked }[] = [];
          const waiting = () => all.filter(({ asked }) => asked.end === undefined);
          const step = async ([what, which]: [string, number]) => {
            const key = `${which % 3}`;
            if (what === "ask") all.push({ key, asked: ask(fetch, time, [key]) });
            else if (what === "leave") waiting()[which % waiting().length]?.asked.leave();
            else if (what === "answer") source.calls[which % source.calls.length]?.answer(ok(which));
            else source.calls[which % source.calls.length]?.fail(new Error("reset"));
            await settled();
            assert.equal(source.inFlight, new Set(waiting().map((each) => each.key)).size);
          };
          for (const each of steps) await step(each);
          for (const { asked } of waiting()) asked.leave();
          await settled();
          assert.equal(source.inFlight, 0);
          assert.ok(all.every(({ asked }) => asked.listeners === 0));
        },
      ),
      runs(100),
    );
  });
});

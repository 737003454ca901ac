import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import Type from "typebox";
import { Check } from "typebox/value";
import { Missing } from "../../../src/domain/feature.ts";
import type { FeatureSource, SourceAnswer, SourceRequest } from "../../../src/domain/source.ts";
import type { SourceFeature } from "../../../src/domain/source-kind.ts";
import { type TailOptions, tailProperties } from "../../../src/sources/tail/entry.ts";
import { withTail } from "../../../src/sources/tail/tail.ts";
import { until } from "../../support/until.ts";
import { ask, countEvents, FakeSource, FakeTime, feature, ok, settled } from "./support.ts";

const everything: TailOptions = {
  cacheMs: 2,
  cache: { negativeMs: 1, staleMs: 5, maxEntries: 20 },
  retries: 2,
  hedge: true,
  breaker: { openMs: 5 },
  maxInFlight: 8,
  queue: 8,
};

describe("the tail of a source", () => {
  function open(options: TailOptions = {}) {
    const [time, source, { counts, events }] = [new FakeTime(), new FakeSource(), countEvents()];
    const tailed = withTail(source, options, { time, events });
    return { time, source, counts, tailed, fetch: tailed.prepare([feature]) };
  }

  it("changes neither name, kind, nor a good answer", async () => {
    const { time, source, tailed, fetch } = open(everything);
    assert.deepEqual([tailed.name, tailed.kind], ["cards", "http"]);
    const asked = ask(fetch, time);
    const { key, event, include, deadlineMs, traceparent } = source.last.request;
    assert.deepEqual(
      [key, event.requestId, include, deadlineMs, traceparent],
      [["k"], "r", false, time.now() + 100, "trace of k"],
    );
    source.last.answer(ok(1));
    await settled();
    assert.deepEqual(asked.end, ok(1));
  });

  it("asks neither for the signal nor for the span of a fetch that it answers from memory", async () => {
    const { time, source, fetch } = open({ cacheMs: 1000 });
    ask(fetch, time);
    source.last.answer(ok(1));
    await settled();
    const never = () => assert.fail("not to be asked for");
    const answer = fetch({
      key: ["k"],
      event: { requestId: "r", occurredAtMs: 0, attributes: {} },
      include: false,
      deadlineMs: 1,
      get signal() {
        return never();
      },
      get traceparent() {
        return never();
      },
    });
    assert.deepEqual(answer, { status: "CACHED", values: [1] });
  });

  it("tells each fetch what became of it on its way", async () => {
    const { time, source, fetch } = open({ cacheMs: 10, cache: { staleMs: 600 }, retries: 1 });
    const [first, joined] = [ask(fetch, time), ask(fetch, time)];
    source.last.fail(new Error("reset"));
    await settled();
    source.last.answer(ok(1));
    await time.pass(11);
    assert.deepEqual(first.notes, [{ kind: "retried" }]);
    assert.deepEqual(joined.notes, [{ kind: "shared", traceparent: "trace of k" }, { kind: "retried" }]);
    source.onCall = ({ fail }) => fail(new Error("reset"));
    const stale = ask(fetch, time);
    await time.pass(100);
    assert.deepEqual(
      stale.notes.map(({ kind }) => kind),
      ["retried", "stale"],
    );
  });

  it("stops asking a dead source, answers from memory while it may, and is back within a second", async () => {
    const { time, source, counts, fetch } = open({ cacheMs: 10, cache: { staleMs: 600 } });
    ask(fetch, time);
    source.last.answer(ok(1));
    await time.pass(10);
    const ends: string[] = [];
    const calls = source.calls.length;
    for (let each = 0; each < 100; each += 1) {
      const asked = ask(fetch, time, ["k"], 20);
      await time.pass(20);
      ends.push((asked.end as SourceAnswer).status ?? asked.end);
    }
    assert.deepEqual(new Set(ends.slice(0, 29)), new Set(["CACHED"]));
    assert.deepEqual(new Set(ends.slice(40)), new Set(["SKIPPED", "timeout"]));
    assert.deepEqual(counts.opened, 1);
    // Ten fetches until it opened in 200 ms, then one each half second.
    assert.equal(source.calls.length - calls, 13);
    source.onCall = ({ answer }) => answer(ok(2));
    await time.pass(500);
    ask(fetch, time);
    await settled();
    assert.deepEqual(ask(fetch, time).end, { status: "CACHED", values: [2] });
    assert.equal(counts.closed, 1);
  });

  it("counts one timeout of a fetch that many shared, and no retry after it", async () => {
    const { time, source, counts, fetch } = open({ retries: 3, breaker: { window: 4 } });
    for (let each = 0; each < 20; each += 1) ask(fetch, time);
    await time.pass(100);
    assert.deepEqual([source.calls.length, counts], [1, { shared: 19 }]);
    ask(fetch, time);
    await time.pass(100);
    assert.deepEqual([source.calls.length, counts], [2, { shared: 19, opened: 1 }]);
  });

  it("ends a fetch with its signal when the source does not", async () => {
    const time = new FakeTime();
    const deaf: FeatureSource<SourceFeature> = {
      name: "cards",
      kind: "http",
      prepare: () => () => new Promise(() => {}),
    };
    const fetch = withTail(deaf, { maxInFlight: 1, queue: 0 }, { time }).prepare([feature]);
    for (let each = 0; each < 3; each += 1) {
      const asked = ask(fetch, time);
      await time.pass(100);
      assert.deepEqual([asked.end, asked.listeners], ["timeout", 0]);
    }
  });

  it("counts an answer that comes after its fetch was given up", async () => {
    const time = new FakeTime();
    const { counts, events } = countEvents();
    const { promise, resolve } = Promise.withResolvers<SourceAnswer>();
    const slow: FeatureSource<SourceFeature> = { name: "cards", kind: "redis", prepare: () => () => promise };
    const asked = ask(withTail(slow, {}, { time, events }).prepare([feature]), time);
    await time.pass(100);
    assert.deepEqual([asked.end, counts], ["timeout", {}]);
    resolve(ok(1));
    await settled();
    assert.deepEqual([asked.end, counts], ["timeout", { late: 1 }]);
  });

  it("leaves no listener and no timer behind, after 10,000 fetches on real time", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    // The test's own timer is there from the next turn on.
    await settled();
    const before = timers();
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const seen = new Set<AbortSignal>();
    let inFlight = 0;
    // Answers, fails, hangs, at random; obeys the signal.
    const source: FeatureSource<SourceFeature> = {
      name: "cards",
      kind: "http",
      prepare: () => (request: SourceRequest) =>
        new Promise((resolve, reject) => {
          const { signal } = request;
          seen.add(signal);
          inFlight += 1;
          const end = (tell: () => void) => {
            inFlight -= 1;
            clearTimeout(timer);
            signal.removeEventListener("abort", stop);
            tell();
          };
          const stop = () => end(() => reject(signal.reason));
          const outcome = random(100);
          const answer: SourceAnswer =
            outcome < 90 ? ok(outcome) : { status: "NOT_FOUND", values: [Missing.not_found] };
          const timer = setTimeout(
            () => end(() => (outcome < 95 ? resolve(answer) : reject(new Error("reset")))),
            outcome === 99 ? 1e6 : random(4),
          );
          signal.addEventListener("abort", stop);
        }),
    };
    const happenings = ["hit", "stale", "shared", "hedged", "retried", "rejected"];
    const { counts, events } = countEvents();
    const fetch = withTail(source, everything, { events }).prepare([feature]);
    const ends: Record<string, number> = {};
    let asked = 0;
    const one = async () => {
      const controller = new AbortController();
      const timeoutMs = 1 + random(8);
      const timer = setTimeout(() => controller.abort(), random(3) === 0 ? random(timeoutMs) : timeoutMs);
      seen.add(controller.signal);
      const request: SourceRequest = {
        key: [random(60)],
        event: { requestId: "r", occurredAtMs: 0, attributes: {} },
        include: false,
        signal: controller.signal,
        deadlineMs: performance.now() + timeoutMs,
        traceparent: "",
      };
      const end = await (async () => fetch(request))().then(
        ({ status }) => status,
        (error: Error) => error.name,
      );
      clearTimeout(timer);
      ends[end] = (ends[end] ?? 0) + 1;
    };
    const worker = async () => {
      // On a busy machine it may take longer until all has happened.
      while (asked < 10_000 || (asked < 60_000 && happenings.some((what) => !counts[what]))) {
        asked += 1;
        await one();
        // What is answered at once must not keep time from passing.
        if (asked % 16 === 0) await settled();
      }
    };
    await Promise.all(Array.from({ length: 50 }, worker));
    await until(() => inFlight === 0);
    await settled();
    assert.equal(
      [...seen].reduce((sum, signal) => sum + getEventListeners(signal, "abort").length, 0),
      0,
    );
    assert.ok(timers() <= before, `${timers()} timers, ${before} before`);
    for (const what of happenings)
      assert.ok(counts[what]! > 0, `${what} never happened: ${JSON.stringify({ counts, ends })}`);
  });
});

describe("the options of a tail", () => {
  const schema = Type.Object(tailProperties, { additionalProperties: false });
  const cases: readonly [TailOptions | object, boolean][] = [
    [{}, true],
    [everything, true],
    [{ cacheMs: 0 }, false],
    [{ cacheMs: 10, cache: { staleMs: 0 } }, false],
    [{ retries: 4 }, false],
    [{ hedge: "yes" }, false],
    [{ breaker: { failures: 0 } }, false],
    [{ breaker: { openSeconds: 1 } }, false],
    [{ maxInFlight: 0 }, false],
    [{ queue: 0 }, true],
  ];
  for (const [options, good] of cases)
    it(`${good ? "may" : "may not"} be ${JSON.stringify(options)}`, () => assert.equal(Check(schema, options), good));
});

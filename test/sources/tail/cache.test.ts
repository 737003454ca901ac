import assert from "node:assert/strict";
import fc from "fast-check";
import { type Fetched, Missing } from "../../../src/domain/feature.ts";
import type { SourceAnswer } from "../../../src/domain/source.ts";
import { withCache } from "../../../src/sources/tail/cache.ts";
import type { CacheOptions } from "../../../src/sources/tail/entry.ts";
import { runs } from "../../support/property.ts";
import { ask, countEvents, FakeSource, FakeTime, feature, ok, settled } from "./support.ts";

const notFound: SourceAnswer = { status: "NOT_FOUND", values: [Missing.not_found] };
const partial: SourceAnswer = { ...ok(Missing.error), error: new TypeError("score is not double") };
const standsIn = new Error("cards was answered from memory, from an expired answer, as the fetch failed", {
  cause: new Error("reset"),
});
const cached = (...values: Fetched[]): SourceAnswer => ({ status: "CACHED", values });
const statusOf = (end: unknown) => (end as SourceAnswer).status;

type Options = CacheOptions & { readonly ttlMs: number };

function open(options: Options) {
  const [time, source, { counts, events }] = [new FakeTime(), new FakeSource(), countEvents()];
  const fetch = withCache(source, options, { time, events }).prepare([feature]);
  /** One fetch to its end, the source answering so if it is asked. */
  const get = async (outcome: SourceAnswer | "fails", key = "k") => {
    source.onCall = ({ answer, fail }) => (outcome === "fails" ? fail(new Error("reset")) : answer(outcome));
    const asked = ask(fetch, time, [key]);
    await settled();
    assert.deepEqual([asked.listeners, time.timers], [0, 0]);
    return asked.end!;
  };
  return { time, source, counts, fetch, get };
}

const lifetimes = fc.record({
  ttlMs: fc.constant(10),
  negativeMs: fc.constantFrom(0, 5),
  staleMs: fc.constantFrom(0, 20),
});

const step = fc.record({
  key: fc.constantFrom("a", "b", "c"),
  passMs: fc.constantFrom(0, 1, 9, 10, 30),
  outcome: fc.oneof(
    fc.integer().map((value) => ok(value)),
    fc.constantFrom("fails" as const, notFound, ok(Missing.null), partial),
  ),
});

/** A map of all that was ever answered. */
class Oracle {
  readonly #known = new Map<string, { readonly answer: SourceAnswer; readonly atMs: number }>();
  readonly #options: Required<Omit<Options, "maxEntries">>;

  constructor(options: Required<Omit<Options, "maxEntries">>) {
    this.#options = options;
  }

  /** What a fetch must give at this time, and whether the source must be asked, which answers so then. */
  fetch(key: string, outcome: SourceAnswer | "fails", nowMs: number) {
    const { ttlMs, negativeMs, staleMs } = this.#options;
    const { answer, atMs } = this.#known.get(key) ?? { answer: notFound, atMs: Number.NEGATIVE_INFINITY };
    const found = answer.status === "OK";
    const ageMs = nowMs - atMs;
    if (ageMs < (found ? ttlMs : negativeMs)) return { asked: false, end: cached(...answer.values) };
    if (outcome !== "fails") {
      if (outcome !== partial) this.#known.set(key, { answer: outcome, atMs: nowMs });
      return { asked: true, end: outcome };
    }
    return {
      asked: true,
      end: found && ageMs < ttlMs + staleMs ? { ...cached(...answer.values), error: standsIn } : "reset",
    };
  }
}

describe("a cache", () => {
  it("does what a map of all answers would, hit for hit", async () => {
    await fc.assert(
      fc.asyncProperty(lifetimes, fc.array(step, { maxLength: 40 }), async (options, steps) => {
        const { time, source, get } = open(options);
        const oracle = new Oracle(options);
        for (const { key, passMs, outcome } of steps) {
          await time.pass(passMs);
          const calls = source.calls.length;
          const expected = oracle.fetch(key, outcome, time.now());
          const end = await get(outcome, key);
          assert.deepEqual({ asked: source.calls.length > calls, end }, expected);
        }
      }),
      runs(200),
    );
  });

  it("answers a hit at once, without a promise", async () => {
    const { time, source, counts, fetch, get } = open({ ttlMs: 10 });
    await get(ok(1));
    assert.deepEqual(ask(fetch, time).end, cached(1));
    assert.deepEqual([source.calls.length, counts], [1, { hit: 1 }]);
  });

  it("forgets an answer when there is none of that key any more", async () => {
    const { time, get } = open({ ttlMs: 10, staleMs: 100 });
    await get(ok(1));
    await time.pass(10);
    assert.deepEqual(await get(notFound), notFound);
    assert.equal(await get("fails"), "reset");
  });

  it("keeps nothing of which a part failed", async () => {
    for (const value of [Missing.error, Missing.timeout, Missing.skipped, Missing.breaker_open]) {
      const { source, get } = open({ ttlMs: 10 });
      await get(ok(value));
      await get(ok(1));
      assert.equal(source.calls.length, 2, value.reason);
    }
  });

  it("holds so many entries and forgets the least recently used", async () => {
    const { source, get } = open({ ttlMs: 1000, maxEntries: 2 });
    for (const key of ["a", "b", "a", "c"]) await get(ok(1), key);
    assert.deepEqual([statusOf(await get(ok(1), "a")), statusOf(await get(ok(1), "b"))], ["CACHED", "OK"]);
    assert.equal(source.calls.length, 4);
  });

  it("holds so many bytes, however large the answers are", async () => {
    const { get } = open({ ttlMs: 1_000_000 });
    const megabyte = "x".repeat(1024 * 1024);
    for (let each = 0; each < 40; each += 1) await get(ok(megabyte), `${each}`);
    const statuses: string[] = [];
    for (let each = 39; each >= 0; each -= 1)
      statuses.push(statusOf(await get({ status: "ERROR", values: [] }, `${each}`)));
    assert.deepEqual([statuses.filter((status) => status === "CACHED").length, statuses[0]], [31, "CACHED"]);
  });

  describe("with an expired answer at hand", () => {
    async function expired() {
      const all = open({ ttlMs: 10, staleMs: 1000 });
      await all.get(ok(7));
      await all.time.pass(10);
      all.source.onCall = () => {};
      return all;
    }

    it("answers before a late fetch is given up, and aborts that", async () => {
      const { time, source, counts, fetch } = await expired();
      const asked = ask(fetch, time);
      assert.equal(source.last.request.deadlineMs, time.now() + 97);
      await time.pass(97);
      assert.deepEqual((asked.end as SourceAnswer).values, [7]);
      assert.deepEqual([source.inFlight, asked.listeners, time.timers], [0, 0, 0]);
      assert.deepEqual(counts, { stale: 1 });
    });

    it("answers with it when the answer is an error, or comes at once", async () => {
      const { get } = await expired();
      assert.deepEqual(statusOf(await get({ status: "ERROR", values: [Missing.error] })), "CACHED");
      assert.deepEqual(statusOf(await get({ status: "SKIPPED", values: [Missing.breaker_open] })), "CACHED");
    });

    it("takes a good answer all the same, and keeps it", async () => {
      const { get } = await expired();
      assert.deepEqual(await get(ok(8)), ok(8));
      assert.deepEqual(await get("fails"), cached(8), "it is good again");
    });

    it("ends with the signal when the answer does not matter any more", async () => {
      const { time, source, counts, fetch } = await expired();
      const asked = ask(fetch, time);
      asked.leave();
      await settled();
      assert.deepEqual([asked.end, source.inFlight, asked.listeners, time.timers, counts], ["left", 0, 0, 0, {}]);
    });
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { Missing } from "../../../src/domain/feature.ts";
import { Latencies } from "../../../src/domain/latencies.ts";
import { Breaker, type Pass, type Verdict } from "../../../src/sources/tail/breaker.ts";
import { withBreaker } from "../../../src/sources/tail/with-breaker.ts";
import { runs } from "../../support/property.ts";
import { ask, countEvents, FakeSource, FakeTime, feature, ok, settled } from "./support.ts";

/** The same in the plainest words: the whole history, searched through each time. */
class Naive {
  readonly ends: boolean[] = [];
  open = false;
  turns = 0;
  nextTrialMs = 0;
  readonly share: number;
  readonly window: number;
  readonly openMs: number;

  constructor(share: number, window: number, openMs: number) {
    this.share = share;
    this.window = window;
    this.openMs = openMs;
  }

  admits(nowMs: number): boolean {
    if (!this.open) return true;
    if (nowMs < this.nextTrialMs) return false;
    this.nextTrialMs = nowMs + this.openMs;
    return true;
  }

  ended(turn: number, trialMs: number, verdict: Verdict, nowMs: number): void {
    if (turn !== this.turns) return;
    if (this.open && verdict === "unknown" && trialMs === this.nextTrialMs) this.nextTrialMs = nowMs;
    if (this.open && verdict === "good") this.turn(false);
    else if (!this.open && verdict !== "unknown") {
      this.ends.push(verdict === "failed");
      const failed = this.ends.slice(-this.window).filter(Boolean).length;
      if (failed / this.window >= this.share) {
        this.turn(true);
        this.nextTrialMs = nowMs + this.openMs;
      }
    }
  }

  turn(open: boolean): void {
    this.open = open;
    this.turns += 1;
    this.ends.length = 0;
  }
}

/** A breaker and a naive one, told the same; throws as soon as they differ. */
class Pair {
  readonly #breaker: Breaker;
  readonly #naive: Naive;
  readonly #flying: { readonly pass: Pass; readonly turn: number; readonly trialMs: number }[] = [];
  #nowMs = 0;

  constructor(failures: number, window: number) {
    this.#breaker = new Breaker({ failures, window, openMs: 100 });
    this.#naive = new Naive(failures, window, 100);
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  begin(): void {
    const pass = this.#breaker.admit(this.#nowMs);
    assert.equal(pass !== undefined, this.#naive.admits(this.#nowMs));
    if (pass !== undefined) this.#flying.push({ pass, turn: this.#naive.turns, trialMs: this.#naive.nextTrialMs });
  }

  end(which: number, verdict: Verdict): void {
    const [ended] = this.#flying.splice(which % Math.max(1, this.#flying.length), 1);
    if (ended === undefined) return;
    const before = this.#naive.turns;
    this.#naive.ended(ended.turn, ended.trialMs, verdict, this.#nowMs);
    const turned = this.#naive.open ? "opened" : "closed";
    const expected = this.#naive.turns === before ? undefined : turned;
    assert.equal(this.#breaker.report(ended.pass, verdict, this.#nowMs), expected);
  }
}

type Step = (pair: Pair) => void;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map(
    (ms): Step =>
      (pair) =>
        pair.pass(ms),
  ),
  fc.constant<Step>((pair) => pair.begin()),
  fc.tuple(fc.nat(), fc.constantFrom<Verdict>("good", "failed", "failed", "unknown")).map(
    ([which, verdict]): Step =>
      (pair) =>
        pair.end(which, verdict),
  ),
);

describe("a circuit breaker", () => {
  it("does what a naive one does, however fetches overlap", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.25, 0.5, 1),
        fc.integer({ min: 1, max: 8 }),
        fc.array(step, { maxLength: 200 }),
        (failures, window, steps) => {
          const pair = new Pair(failures, window);
          for (const each of steps) each(pair);
        },
      ),
      runs(500),
    );
  });

  function open(latencies = new Latencies()) {
    const [time, source, { counts, events }] = [new FakeTime(), new FakeSource(), countEvents()];
    const tailed = withBreaker(source, { window: 4, openMs: 500 }, { time, events, latencies });
    const fetch = tailed.prepare([feature, feature]);
    const failing = async (count: number) => {
      for (let each = 0; each < count; each += 1) {
        ask(fetch, time);
        source.last.fail(new Error("reset"));
        await settled();
      }
    };
    return { time, source, counts, fetch, failing };
  }

  it("answers at once while it is open, and asks nothing", async () => {
    const { time, source, counts, fetch, failing } = open();
    await failing(2);
    const asked = ask(fetch, time);
    assert.deepEqual(asked.end, {
      status: "SKIPPED",
      values: [Missing.breaker_open, Missing.breaker_open],
      error: new Error("cards is not asked: its circuit breaker is open, as too many of its last fetches failed"),
    });
    assert.equal(source.calls.length, 2);
    assert.deepEqual(counts, { opened: 1 });
  });

  it("lets one trial through after a while, and closes when that is good", async () => {
    const { time, source, counts, fetch, failing } = open();
    await failing(2);
    await time.pass(500);
    ask(fetch, time);
    assert.equal((ask(fetch, time).end as { status: string }).status, "SKIPPED");
    assert.equal(source.calls.length, 3);
    source.last.answer(ok(1, 2));
    await settled();
    ask(fetch, time);
    assert.equal(source.calls.length, 4);
    assert.deepEqual(counts, { opened: 1, closed: 1 });
  });

  it("is closed within a second of the source's return, also when a trial hangs for longer", async () => {
    const { time, source, fetch, failing } = open();
    await failing(2);
    await time.pass(500);
    ask(fetch, time, ["hangs"], 10_000);
    await time.pass(1);
    // It is back, but what hangs stays lost.
    source.onCall = (call) => call.answer(ok(1, 2));
    await time.pass(499);
    ask(fetch, time);
    await settled();
    assert.equal((await ended(ask(fetch, time))).status, "OK");
  });

  it("stays closed for answers that there is none, that lack a part, and that did not matter", async () => {
    const { time, source, counts, fetch } = open();
    for (let each = 0; each < 20; each += 1) {
      const asked = ask(fetch, time);
      if (each % 3 === 0) source.last.answer({ status: "NOT_FOUND", values: [Missing.not_found, Missing.not_found] });
      else if (each % 3 === 1) source.last.answer({ ...ok(1, Missing.error), error: new Error("path") });
      else asked.leave();
      await time.pass(10);
    }
    assert.deepEqual(counts, {});
  });

  it("opens for timeouts, and for answers that are errors", async () => {
    const { time, source, counts, fetch } = open();
    ask(fetch, time);
    await time.pass(100);
    ask(fetch, time);
    source.last.answer({ status: "ERROR", values: [Missing.error, Missing.error] });
    await settled();
    assert.deepEqual(counts, { opened: 1 });
  });

  it("stays closed for timeouts of fetches that had less time than the source usually takes", async () => {
    const latencies = new Latencies();
    for (let each = 0; each < 20; each += 1) latencies.record(40);
    const { time, counts, fetch } = open(latencies);
    for (let each = 0; each < 20; each += 1) {
      ask(fetch, time, ["k"], 39);
      await time.pass(39);
    }
    assert.deepEqual(counts, {});
  });

  it("stays closed for timeouts that came late because this process stood still", async () => {
    const { time, counts, fetch } = open();
    for (let each = 0; each < 20; each += 1) ask(fetch, time);
    await time.pass(40);
    time.stall(100);
    await time.pass(0);
    assert.deepEqual(counts, {});
  });

  async function ended(asked: ReturnType<typeof ask>) {
    await settled();
    return asked.end as { status: string };
  }
});

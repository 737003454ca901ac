import assert from "node:assert/strict";
import { Missing } from "../../src/domain/feature.ts";
import { Pace } from "../../src/features/pace.ts";
import type { NodeAnswer } from "../../src/features/plan.ts";
import { until } from "../support/until.ts";
import { event, gatheringOf, Held, type Node, ok, planOf, turn } from "./support/graph.ts";

const never = () => new Promise<NodeAnswer>(() => {});
const answers = (value: number) => () => ok(value);
/** Answers in the next turn of the event loop, as a small model does. */
const soon = (value: number) => async () => {
  await turn();
  return ok(value);
};

/** Runs the nodes to their end: statuses and features. */
async function run(nodes: readonly Node[], deadlineMs?: number) {
  const started = gatheringOf(nodes, deadlineMs);
  assert.equal(await started.gathering.until(started.all), false);
  const { event: _, ...features } = started.features();
  return { statuses: started.statuses(), features, late: started.gathering.late };
}

describe("gathering", () => {
  it("starts all that can run at the same time before any of it answers", async () => {
    const sources = [new Held(), new Held(), new Held()];
    const { gathering, all, features } = gatheringOf(sources.map(({ run }, at) => ({ name: `s${at}`, run })));
    const done = gathering.until(all);
    assert.deepEqual(
      sources.map(({ started }) => started),
      [true, true, true],
    );
    for (const source of [...sources].reverse()) source.answer(7);
    assert.equal(await done, false);
    assert.deepEqual(features(), { event: 1, s0: 7, s1: 7, s2: 7 });
  });

  it("starts a source the moment its key is there, while others are on their way", async () => {
    const [first, second, slow] = [new Held(), new Held(), new Held()];
    const { gathering, all } = gatheringOf([
      { name: "first", run: first.run },
      { name: "slow", run: slow.run },
      { name: "second", inputs: ["first", "event"], run: second.run },
    ]);
    const done = gathering.until(all);
    assert.ok(!second.started);
    first.answer(5);
    await turn();
    assert.deepEqual(
      second.calls.map(({ inputs }) => inputs),
      [[5, 1]],
    );
    slow.answer(1);
    second.answer(2);
    await done;
  });

  it("hands the event and whether to include it to each source", async () => {
    let seen: unknown;
    await run([
      {
        name: "s",
        run: (_, call) => {
          seen = { event: call.event, include: call.include };
          return ok(1);
        },
      },
    ]);
    assert.deepEqual(seen, { event, include: false });
  });

  it("takes an answer that comes at once", async () => {
    assert.deepEqual(
      await run([
        { name: "s", run: answers(3) },
        { name: "t", inputs: ["s"], run: ([s]) => ok(Number(s) + 1) },
      ]),
      {
        statuses: { s: "OK", t: "OK" },
        features: { s: 3, t: 4 },
        late: false,
      },
    );
  });

  it("does nothing when nothing is wanted", async () => {
    const { gathering, statuses } = gatheringOf([{ name: "s", run: answers(1) }]);
    assert.equal(await gathering.until(new Set()), false);
    assert.deepEqual(statuses(), {});
  });

  it("runs what is wanted now, and the rest when it is wanted later", async () => {
    const { gathering, all, statuses } = gatheringOf([
      { name: "gate", run: soon(1) },
      { name: "rest", inputs: ["gate"], run: soon(2) },
    ]);
    await gathering.until(new Set([0]));
    assert.deepEqual(statuses(), { gate: "OK" });
    await gathering.until(all);
    assert.deepEqual(statuses(), { gate: "OK", rest: "OK" });
  });

  const failures: readonly [name: string, node: Omit<Node, "name">, status: string, reason: string][] = [
    [
      "throws",
      {
        run: () => {
          throw new Error("down");
        },
      },
      "ERROR",
      "error",
    ],
    [
      "rejects",
      {
        run: async () => {
          throw new Error("down");
        },
      },
      "ERROR",
      "error",
    ],
    ["rejects with nothing", { run: () => Promise.reject() }, "ERROR", "error"],
    ["never answers", { run: never, timeoutMs: 5 }, "TIMEOUT", "timeout"],
    ["answers too few values", { run: () => ok() }, "OK", "error"],
    ["answers a value of another type", { run: () => ok("text") }, "OK", "error"],
    [
      "knows nothing of the key",
      { run: () => ({ status: "NOT_FOUND", values: [Missing.not_found] }) },
      "NOT_FOUND",
      "not_found",
    ],
    ["answers nothing that is an answer", { run: () => undefined as never }, "ERROR", "error"],
    ["promises nothing that is an answer", { run: async () => ({}) as never }, "ERROR", "error"],
  ];
  for (const [name, node, status, reason] of failures) {
    it(`goes on without a source that ${name}`, async () => {
      assert.deepEqual(
        await run([
          { name: "s", ...node },
          { name: "other", run: soon(1) },
        ]),
        {
          statuses: { s: status, other: "OK" },
          features: { s: reason, other: 1 },
          late: false,
        },
      );
    });
  }

  it("keeps what a failed source said", async () => {
    const error = new Error("down");
    const { gathering, all } = gatheringOf([{ name: "s", run: () => Promise.reject(error) }]);
    await gathering.until(all);
    assert.equal(gathering.timings[0]?.error, error);
  });

  it("skips what waits for something missing, and all that waits for that", async () => {
    const unreached = new Held();
    const { features, statuses } = await run([
      { name: "s", run: () => ok(Missing.null) },
      { name: "derived", inputs: ["s"], kind: "derived", run: unreached.run },
      { name: "chained", inputs: ["derived", "event"], run: unreached.run },
    ]);
    assert.ok(!unreached.started);
    assert.deepEqual(statuses, { s: "OK", derived: "SKIPPED", chained: "SKIPPED" });
    assert.deepEqual(features, { s: "null", derived: "skipped", chained: "skipped" });
  });

  it("lets a model see to its missing inputs itself", async () => {
    let seen: unknown;
    const { features } = await run([
      { name: "s", run: () => ok(Missing.stale) },
      {
        name: "score",
        inputs: ["s", "event"],
        kind: "model",
        run: (inputs) => {
          seen = inputs;
          return ok(1);
        },
      },
    ]);
    assert.deepEqual(seen, [Missing.stale, 1]);
    assert.deepEqual(features, { s: "stale", score: 1 });
  });

  describe("at the deadline", () => {
    it("times out what is in flight, skips what has not begun, and says that it was late", async () => {
      const slow = new Held();
      const { features, statuses, late } = await run(
        [
          { name: "fast", run: soon(1) },
          { name: "slow", run: slow.run },
          { name: "chained", inputs: ["slow"], run: answers(1) },
        ],
        20,
      );
      assert.deepEqual(statuses, { fast: "OK", slow: "TIMEOUT", chained: "SKIPPED" });
      assert.deepEqual(features, { fast: 1, slow: "timeout", chained: "skipped" });
      assert.ok(late);
      assert.ok(slow.calls[0]?.signal.aborted);
    });

    it("still runs on what there is what needs no fetch", async () => {
      const { features, statuses } = await run(
        [
          { name: "slow", run: never },
          { name: "other", run: never },
          { name: "score", inputs: ["slow", "event"], kind: "model", run: soon(3) },
          { name: "doubled", inputs: ["score"], kind: "derived", run: ([score]) => ok(2 * Number(score)) },
        ],
        20,
      );
      assert.deepEqual(statuses, { slow: "TIMEOUT", other: "TIMEOUT", score: "OK", doubled: "OK" });
      assert.deepEqual(features, { slow: "timeout", other: "timeout", score: 3, doubled: 6 });
    });

    it("gives fetches up early enough for the model that runs on what there is", async () => {
      const late = new Held();
      const nodes: readonly Node[] = [
        { name: "slow", run: never },
        { name: "chained", inputs: ["slow"], run: never },
        { name: "score", inputs: ["chained", "event"], kind: "model", run: late.run },
      ];
      const plan = planOf(nodes);
      const pace = new Pace(plan);
      for (let decision = 0; decision < 20; decision += 1) pace.answered(2, 200);
      const { gathering, all, statuses, features } = gatheringOf(nodes, 1000, plan, pace);
      const done = gathering.until(all);
      await until(() => late.started);
      // Had the fetch its time up to the deadline, there would be none for this.
      late.answer(3);
      assert.equal(await done, false);
      assert.deepEqual(statuses(), { slow: "TIMEOUT", chained: "SKIPPED", score: "OK" });
      assert.deepEqual(features(), { event: 1, slow: "timeout", chained: "skipped", score: 3 });
      assert.equal(gathering.late, false);
    });

    it("does not wait for a model that never answers", async () => {
      const { statuses } = await run(
        [{ name: "score", kind: "model", run: never, timeoutMs: Number.POSITIVE_INFINITY }],
        10,
      );
      assert.deepEqual(statuses, { score: "TIMEOUT" });
    });

    it("begins no fetch when it has passed already", async () => {
      const source = new Held();
      const { statuses, late } = await run([{ name: "s", run: source.run }], -1);
      assert.deepEqual(statuses, { s: "SKIPPED" });
      assert.ok(late && !source.started);
    });
  });

  it("never applies an answer that comes after its timeout", async () => {
    const late = new Held();
    const { gathering, all, features, statuses } = gatheringOf([{ name: "s", run: late.run, timeoutMs: 5 }]);
    await gathering.until(all);
    assert.ok(late.calls[0]?.signal.aborted);
    late.answer(9);
    await turn();
    assert.deepEqual(features(), { event: 1, s: "timeout" });
    assert.deepEqual(statuses(), { s: "TIMEOUT" });
  });

  it("survives a rejection that comes after its timeout", async () => {
    const late = new Held();
    const { gathering, all } = gatheringOf([{ name: "s", run: late.run, timeoutMs: 5 }]);
    await gathering.until(all);
    late.fail(new Error("too late"));
    await turn();
    assert.equal(gathering.timings[0]?.error, undefined);
  });

  describe("when the outcome is settled", () => {
    it("ends at once, aborts what is in flight, and applies nothing that comes later", async () => {
      const [fast, slow, unreached] = [new Held(), new Held(), new Held()];
      const { gathering, all, context, features, statuses } = gatheringOf([
        { name: "fast", run: fast.run },
        { name: "slow", run: slow.run },
        { name: "chained", inputs: ["slow"], run: unreached.run },
      ]);
      const done = gathering.until(all, () => (context.value("fast") === 1 ? new Set() : all));
      fast.answer(1);
      assert.equal(await done, true);
      gathering.abandon();
      assert.ok(slow.calls[0]?.signal.aborted);
      slow.answer(1);
      await turn();
      assert.deepEqual(statuses(), { fast: "OK", slow: "NOT_AWAITED", chained: "NOT_AWAITED" });
      assert.deepEqual(features(), { event: 1, fast: 1, slow: undefined, chained: undefined });
      assert.ok(!unreached.started);
    });

    it("gives up what cannot matter any more, with what waits for it, and goes on with the rest", async () => {
      const [first, useless, useful, chained] = [new Held(), new Held(), new Held(), new Held()];
      const { gathering, all, context, features, statuses } = gatheringOf([
        { name: "first", run: first.run },
        { name: "useless", run: useless.run },
        { name: "useful", run: useful.run },
        { name: "chained", inputs: ["useless"], run: chained.run },
      ]);
      const done = gathering.until(all, () => (context.value("first") === 1 ? new Set([0, 2]) : all));
      first.answer(1);
      await turn();
      assert.ok(useless.calls[0]?.signal.aborted);
      useless.answer(1);
      useful.answer(1);
      assert.equal(await done, true);
      gathering.abandon();
      assert.ok(!chained.started);
      assert.deepEqual(statuses(), { first: "OK", useless: "NOT_AWAITED", useful: "OK", chained: "NOT_AWAITED" });
      assert.deepEqual(features(), { event: 1, first: 1, useless: undefined, useful: 1, chained: undefined });
    });

    it("asks before the first arrival, for the event may be enough", async () => {
      const { gathering, all } = gatheringOf([{ name: "s", run: never }]);
      assert.equal(await gathering.until(all, () => new Set()), true);
      gathering.abandon();
    });

    it("asks again about a context that changed while it was being asked about", async () => {
      const [first, second, third] = [new Held(), new Held(), new Held()];
      const { gathering, all, context } = gatheringOf(
        [first, second, third].map(({ run }, at) => ({ name: `s${at}`, run })),
      );
      const asked: unknown[] = [];
      const done = gathering.until(all, async () => {
        const before = context.value("s1");
        asked.push(before);
        second.answer(1);
        await turn();
        // Right for the context it was asked about, which is not the one there is now.
        return before === undefined ? new Set<number>() : all;
      });
      first.answer(1);
      await turn();
      await turn();
      third.answer(1);
      assert.equal(await done, false);
      assert.equal(asked[0], undefined);
      assert.ok(asked.length > 1);
    });
  });
});

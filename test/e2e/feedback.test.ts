import assert from "node:assert/strict";
import { toTimestamp } from "../../src/client/timestamp.ts";
import { cleanUp } from "../support/clean-up.ts";
import { featuresOf, type RunningEngine, startEngine } from "../support/engine.ts";
import { noon, payment } from "../support/fixtures.ts";
import { until } from "../support/until.ts";

const accepted = (count: number) => ({ accepted: count, duplicates: 0, rejected: 0, rejections: [] });
const duplicates = (count: number) => ({ ...accepted(0), duplicates: count });
const fraud = (requestId: string, value = true, atMs = noon) => ({
  request_id: requestId,
  label: { boolValue: value },
  reported_at: toTimestamp(atMs),
});

describe("RecordEvents and ReportLabels", () => {
  const clean = cleanUp();
  let engine: RunningEngine;
  beforeEach(async () => {
    engine = await startEngine(clean);
  });
  const counts = async () => {
    const { customer_count_1d, customer_sum_1d, terminal_frauds_7d } = await featuresOf(engine.client);
    return { customer_count_1d, customer_sum_1d, terminal_frauds_7d };
  };

  it("counts each event once, whether recorded or decided, here or in another stream", async () => {
    const { client } = engine;
    assert.deepEqual(await client.recordEvents([payment("a"), payment("b"), payment("a")]), {
      ...accepted(2),
      duplicates: 1,
    });
    assert.deepEqual(await client.recordEvents([payment("b")]), duplicates(1));
    await client.decide(payment("a"));
    await client.decide(payment("c"));
    assert.deepEqual(await client.recordEvents([payment("c")]), duplicates(1));
    // Three events, and the look itself.
    assert.deepEqual(await counts(), { customer_count_1d: 4, customer_sum_1d: 100, terminal_frauds_7d: 0 });
  });

  it("tells of each bad event where it stood and why, and takes the others", async () => {
    const events = [
      payment("a"),
      { ...payment("b"), policy: "none" },
      payment("c", { amount: "much" }),
      { ...payment(""), request_id: "" },
      payment("d"),
    ];
    const answer = await engine.client.recordEvents(events);
    assert.deepEqual(answer, {
      accepted: 2,
      duplicates: 0,
      rejected: 3,
      rejections: [
        {
          index: 1,
          request_id: "b",
          reason: "UNKNOWN_POLICY",
          message: 'there is no policy "none"; known policies: payments',
        },
        {
          index: 2,
          request_id: "c",
          reason: "BAD_EVENT",
          message: "event.amount must be a finite number, but is a string",
        },
        {
          index: 3,
          request_id: "",
          reason: "BAD_REQUEST",
          message: "request_id is required: a key that is the same when the request is retried",
        },
      ],
    });
    assert.equal((await counts()).customer_count_1d, 3);
  });

  it("brings a label to its event, whichever comes first, and the later of two holds", async () => {
    const { client } = engine;
    assert.deepEqual(await client.reportLabels([fraud("early")]), accepted(1));
    await client.recordEvents([payment("early"), payment("late")]);
    assert.equal((await counts()).terminal_frauds_7d, 1);
    assert.deepEqual(await client.reportLabels([fraud("late"), fraud("late")]), { ...accepted(1), duplicates: 1 });
    assert.equal((await counts()).terminal_frauds_7d, 2);
    assert.deepEqual(await client.reportLabels([fraud("late", false, noon - 1)]), duplicates(1));
    assert.equal((await counts()).terminal_frauds_7d, 2);
    assert.deepEqual(await client.reportLabels([fraud("late", false, noon + 1)]), accepted(1));
    assert.equal((await counts()).terminal_frauds_7d, 1);
  });

  it("lets labels decide", async () => {
    await engine.client.recordEvents([payment("a"), payment("b")]);
    await engine.client.reportLabels([fraud("a"), fraud("b")]);
    const answer = await engine.client.decide(payment("c"));
    assert.deepEqual([answer.outcome, answer.reasons.map(({ code }) => code)], ["review", ["R03"]]);
  });

  it("refuses labels that are no truth, and takes the others", async () => {
    const labels = [
      { ...fraud("a"), label: { stringValue: "fraud" } },
      { request_id: "b" },
      { ...fraud("c"), label: { numberValue: Number.NaN } },
      { ...fraud("d"), reported_at: { seconds: 0, nanos: 0 } },
      { ...fraud("e"), label: { numberValue: 0.5 } },
    ];
    const answer = await engine.client.reportLabels(labels);
    const badLabel = "label must be a boolean or a finite number";
    assert.deepEqual(
      { ...answer, rejections: answer.rejections.map(({ request_id, message }) => [request_id, message]) },
      {
        accepted: 1,
        duplicates: 0,
        rejected: 4,
        rejections: [
          ["a", badLabel],
          ["b", badLabel],
          ["c", "label must be a finite number, not NaN or an infinity"],
          ["d", "reported_at must be a valid time between 2000-01-01 and a day from now"],
        ],
      },
    );
  });

  it("keeps what a stream brought before it was cancelled", async () => {
    const written = Promise.withResolvers<void>();
    async function* broken() {
      yield payment("a");
      await written.promise;
      throw new Error("the file ended early");
    }
    const cancelled = assert.rejects(engine.client.recordEvents(broken()), { message: "the file ended early" });
    await until(async () => (await counts()).customer_count_1d === 2);
    written.resolve();
    await cancelled;
    assert.deepEqual(await engine.client.recordEvents([payment("a"), payment("b")]), {
      ...accepted(1),
      duplicates: 1,
    });
  });
});

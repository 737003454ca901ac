import assert from "node:assert/strict";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { batchesTo } from "../../src/observe/span-batches.ts";

const span = { spanContext: () => ({ traceFlags: 1 }), resource: {} } as unknown as ReadableSpan;

/** How many of `count` spans an exporter that fails or not was given, and how many were told to be lost. */
async function send(count: number, fails: boolean): Promise<{ readonly taken: number; readonly lost: number }> {
  let [taken, lost] = [0, 0];
  const batches = batchesTo(
    {
      export(spans, done) {
        taken += spans.length;
        // Not before this turn of the event loop is over: what comes meanwhile has to queue.
        setImmediate(() => done(fails ? { code: 1, error: new Error("nobody listens") } : { code: 0 }));
      },
      shutdown: async () => {},
    },
    (spans) => {
      lost += spans;
    },
  );
  for (let at = 0; at < count; at += 1) batches.onEnd(span);
  await batches.shutdown().catch(() => {});
  await new Promise(setImmediate);
  return { taken, lost };
}

describe("spans on their way out", () => {
  it("are all sent and none lost when they are taken", async () => {
    assert.deepEqual(await send(5_000, false), { taken: 5_000, lost: 0 });
  });

  it("are told to be lost when they cannot be sent", async () => {
    assert.deepEqual(await send(5_000, true), { taken: 5_000, lost: 5_000 });
  });

  it("are told to be lost when the queue is full, each once", async () => {
    const { taken, lost } = await send(100_000, false);
    assert.ok(lost > 0);
    assert.equal(taken + lost, 100_000);
  });
});

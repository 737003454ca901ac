import assert from "node:assert/strict";
import fc from "fast-check";
import type { AggregateSpec, AggregateStore } from "../../../src/domain/aggregate.ts";
import { standardError } from "../../../src/sources/aggregate/sketch.ts";
import { type OpenStore, query, start } from "./open-store.ts";

const spec: AggregateSpec = { source: "terminal_customers", retainMs: 256_000 };
const exactLimit = 40;
const ask = [query("distinct", { windowMs: spec.retainMs })];

/** `distinct` over a key with more events than are kept one by one. */
export function describeDistinct(name: string, open: OpenStore, bucketMs: (retainMs: number) => number): void {
  it(`${name} estimates different values of a busy key, whatever order they come in and however often`, async () => {
    const customers = Array.from({ length: 700 }, (_, n) => `c${n}`);
    const inOrder = customers.map((customer, n) => [customer, start + n * 250] as const);
    const answers: unknown[] = [];
    for (const events of [inOrder, inOrder.toReversed(), [...inOrder, ...inOrder]]) {
      const { store, dispose } = await open({ exactLimit });
      try {
        await countAll(store, events);
        const [distinct] = await store.read(spec, ["t1"], start + 200_000, ask);
        const error = Math.abs(distinct! - customers.length) / customers.length;
        assert.ok(error <= 4 * standardError, `${distinct}`);
        answers.push(distinct);
      } finally {
        await dispose();
      }
    }
    assert.equal(new Set(answers).size, 1, `${answers}`);
  });

  it(`${name} is off by less than a bucket at each end, and five standard errors, in any window`, async () => {
    const event = fc.tuple(
      fc.integer({ min: 0, max: 80 }).map((customer) => `c${customer}`),
      fc.integer({ min: 0, max: 200_000 }).map((time) => start + time),
    );
    const window = fc.tuple(fc.integer({ min: 0, max: 210_000 }), fc.integer({ min: 1, max: 250_000 }));
    const property = fc.asyncProperty(
      fc.array(event, { minLength: exactLimit, maxLength: 150, size: "max" }),
      fc.array(window, { minLength: 8, maxLength: 8 }),
      async (events, windows) => {
        const { store, dispose } = await open({ exactLimit });
        try {
          await countAll(store, events);
          for (const [end, windowMs] of windows) {
            const endMs = start + end;
            let isBucketed = false;
            const onBucketed = () => {
              isBucketed = true;
            };
            const queries = [query("distinct", { windowMs })];
            const [distinct] = await store.read(spec, ["t1"], endMs, queries, undefined, onBucketed);
            const exactly = different(events, endMs - windowMs, endMs);
            if (!isBucketed) {
              assert.equal(distinct, exactly);
              continue;
            }
            const slack = bucketMs(spec.retainMs);
            // Of a few customers two may share a register.
            const least = different(events, endMs - windowMs, endMs - slack) * (1 - 5 * standardError) - 1.5;
            const most = different(events, endMs - windowMs - slack, endMs) * (1 + 5 * standardError) + 1.5;
            assert.ok(least <= distinct! && distinct! <= most, `${least} <= ${distinct} <= ${most}`);
          }
        } finally {
          await dispose();
        }
      },
    );
    await fc.assert(property, { numRuns: 25, endOnFailure: true });
  });

  it(`${name} counts different labels of a busy key`, async () => {
    const { store, dispose } = await open({ exactLimit: 10 });
    try {
      await countAll(
        store,
        Array.from({ length: 100 }, (_, n) => ["c", start + n * 100] as const),
      );
      const labels = [query("distinct", { windowMs: spec.retainMs, of: "label" })];
      assert.deepEqual(await store.read(spec, ["t1"], start + 10_000, labels), [1]);
      for (const n of [3, 30, 95]) await store.label({ requestId: `c ${start + n * 100}`, value: 1, reportedAtMs: n });
      assert.deepEqual(await store.read(spec, ["t1"], start + 10_000, labels), [2]);
    } finally {
      await dispose();
    }
  });
}

type CustomerEvent = readonly [customer: string, timeMs: number];

/** Of the same customer at the same time there is one event, however often it comes. */
async function countAll(store: AggregateStore, events: readonly CustomerEvent[]): Promise<void> {
  await Promise.all(
    events.map(async ([customer, occurredAtMs]) => {
      const contributions = [{ spec, key: ["t1"], value: customer }];
      return store.count({ requestId: `${customer} ${occurredAtMs}`, occurredAtMs, contributions });
    }),
  );
}

function different(events: readonly CustomerEvent[], startMs: number, endMs: number): number {
  return new Set(events.flatMap(([customer, timeMs]) => (timeMs > startMs && timeMs <= endMs ? customer : []))).size;
}

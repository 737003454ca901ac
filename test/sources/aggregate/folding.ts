import assert from "node:assert/strict";
import fc from "fast-check";
import type { AggregateSpec } from "../../../src/domain/aggregate.ts";
import { type OpenStore, query, start } from "./open-store.ts";

const spec: AggregateSpec = { source: "busy_terminal", retainMs: 256_000 };
const key = ["t1"];

const event = fc.record({
  timeMs: fc.integer({ min: 0, max: 200_000 }).map((time) => start + time),
  value: fc.integer({ min: 1, max: 9 }),
  label: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  /** Whether the label is known before the event. */
  isEarly: fc.boolean(),
});
type FoldedEvent = (typeof event extends fc.Arbitrary<infer Type> ? Type : never) & {
  readonly label: number | undefined;
};

const window = fc.record({
  endMs: fc.integer({ min: 0, max: 210_000 }).map((time) => start + time),
  windowMs: fc.integer({ min: 1, max: 250_000 }),
});

/** A key with more events than are kept one by one. */
export function describeFolding(name: string, open: OpenStore, bucketMs: (retainMs: number) => number): void {
  it(`${name} is off by less than a bucket at each end of a busy key's window`, async () => {
    const exactLimit = 10;
    const generated = fc.array(event, { minLength: exactLimit, maxLength: 120, size: "max" });
    const property = fc.asyncProperty(
      generated,
      fc.array(window, { minLength: 10, maxLength: 10 }),
      async (events, windows) => {
        const { store, dispose } = await open({ exactLimit });
        try {
          const label = (index: number, value: number | undefined) =>
            value === undefined ? undefined : store.label({ requestId: `r${index}`, value, reportedAtMs: start });
          for (const [index, { timeMs, value, label: truth, isEarly }] of events.entries()) {
            if (isEarly) await label(index, truth);
            await store.count({ requestId: `r${index}`, occurredAtMs: timeMs, contributions: [{ spec, key, value }] });
          }
          for (const [index, { label: truth }] of events.entries()) await label(index, truth);
          for (const { endMs, windowMs } of windows) {
            const ask = [
              query("count", { windowMs }),
              query("sum", { windowMs }),
              query("sum", { windowMs, of: "label" }),
            ];
            const answer = await store.read(spec, key, endMs, ask);
            const least = totals(events, endMs - windowMs, endMs - bucketMs(spec.retainMs));
            const most = totals(events, endMs - windowMs - bucketMs(spec.retainMs), endMs);
            for (const [index, number] of answer.entries()) {
              assert.ok(least[index]! <= number! && number! <= most[index]!, `${least} <= ${answer} <= ${most}`);
            }
          }
        } finally {
          await dispose();
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it(`${name} is exact among the events it keeps one by one, and in windows that hold every event`, async () => {
    const { store, dispose } = await open({ exactLimit: 50 });
    try {
      for (let n = 0; n < 500; n++) {
        const contributions = [{ spec, key, value: n % 10 }];
        await store.count({ requestId: `r${n}`, occurredAtMs: start + n * 100, contributions });
      }
      for (let n = 0; n < 500; n += 5) await store.label({ requestId: `r${n}`, value: 1, reportedAtMs: start });
      const recent = { windowMs: 50 * 100 };
      const every = { windowMs: spec.retainMs };
      const ask = [
        query("count", recent),
        query("sum", recent),
        query("sum", { ...recent, of: "label" }),
        query("distinct", recent),
        query("count", every),
        query("sum", every),
        query("mean", every),
        query("min", every),
        query("max", every),
        query("mean", { ...every, of: "label" }),
      ];
      const expected = [50, 225, 10, 10, 500, 2250, 4.5, 0, 9, 0.2];
      assert.deepEqual(await store.read(spec, key, start + 499 * 100, ask), expected);
    } finally {
      await dispose();
    }
  });

  it(`${name} takes any number of events of one moment`, async () => {
    const { store, dispose } = await open({ exactLimit: 10 });
    try {
      for (let n = 0; n < 100; n++) {
        const contributions = [{ spec, key, value: 1 }];
        await store.count({ requestId: `r${n}`, occurredAtMs: start, contributions });
      }
      const ask = [query("count", { windowMs: 1 }), query("sum", { windowMs: 1 })];
      assert.deepEqual(await store.read(spec, key, start, ask), [100, 100]);
      assert.deepEqual(await store.read(spec, key, start - 1, ask), [0, 0]);
    } finally {
      await dispose();
    }
  });
}

/** Count, sum of values and sum of labels of the events in (startMs, endMs]. */
function totals(events: readonly FoldedEvent[], startMs: number, endMs: number): readonly number[] {
  const inside = events.filter(({ timeMs }) => timeMs > startMs && timeMs <= endMs);
  const sum = (of: (event: FoldedEvent) => number) => inside.reduce((total, next) => total + of(next), 0);
  return [inside.length, sum(({ value }) => value), sum(({ label }) => label ?? 0)];
}

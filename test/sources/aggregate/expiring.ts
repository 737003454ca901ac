import assert from "node:assert/strict";
import fc from "fast-check";
import type { AggregateSpec, AggregateStore } from "../../../src/domain/aggregate.ts";
import { runs } from "../../support/property.ts";
import { type OpenStore, query, start } from "./open-store.ts";
import { OracleStore } from "./oracle.ts";

const hourMs = 3_600_000;
const spec: AggregateSpec = { source: "short_lived", retainMs: 24 * hourMs };
const key = ["c1"];
const ask = [
  ...(["count", "sum", "distinct", "min", "max"] as const).map((each) => query(each, { windowMs: spec.retainMs })),
  query("sum", { windowMs: 10 * hourMs, delayMs: 14 * hourMs, of: "label" }),
];

const arrival = fc.record({
  /** How far event time moves on, or back. */
  movesHours: fc.integer({ min: -20, max: 60 }),
  value: fc.integer({ min: 0, max: 5 }),
  isLabelled: fc.boolean(),
  isSentAgain: fc.boolean(),
});
type Arrival = typeof arrival extends fc.Arbitrary<infer Type> ? Type : never;

/** What expires is out of every window that may still be asked for. */
export function describeExpiry(name: string, open: OpenStore): void {
  it(`${name} answers as if nothing ever expired, for windows within the retention`, async () => {
    const property = fc.asyncProperty(fc.array(arrival, { minLength: 1, maxLength: 60, size: "max" }), async (all) => {
      const { store, dispose } = await open();
      try {
        const [answers, expected] = [await answersOf(store, all), await answersOf(new OracleStore(), all)];
        assert.deepEqual(answers, expected);
      } finally {
        await dispose();
      }
    });
    await fc.assert(property, runs(30));
  });
}

/** What the store says to each arrival, and what it then has at the newest time. */
async function answersOf(store: AggregateStore, arrivals: readonly Arrival[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  let newestMs = start;
  for (const [n, { movesHours, value, isLabelled, isSentAgain }] of arrivals.entries()) {
    const occurredAtMs = newestMs + movesHours * hourMs;
    const event = { requestId: `r${n}`, occurredAtMs, contributions: [{ spec, key, value }] };
    newestMs = Math.max(newestMs, occurredAtMs);
    answers.push(await store.count(event));
    if (isSentAgain) answers.push(await store.count(event));
    if (isLabelled) answers.push(await store.label({ requestId: `r${n}`, value: 1, reportedAtMs: start }));
    answers.push(await store.read(spec, key, newestMs, ask));
  }
  return answers;
}

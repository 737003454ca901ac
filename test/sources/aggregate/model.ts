import assert from "node:assert/strict";
import fc from "fast-check";
import type {
  AggregateQuery,
  AggregateSpec,
  AggregateStore,
  CountedEvent,
  Label,
} from "../../../src/domain/aggregate.ts";
import type { SourceKey } from "../../../src/domain/event.ts";
import type { FeatureValue } from "../../../src/domain/feature.ts";
import { day, type OpenStore, start } from "./open-store.ts";
import { OracleStore } from "./oracle.ts";

interface Read {
  readonly spec: AggregateSpec;
  readonly key: SourceKey;
  readonly atMs: number;
  readonly queries: readonly AggregateQuery[];
  readonly include: { readonly requestId: string; readonly value: FeatureValue | undefined } | undefined;
}

type Step =
  | { readonly kind: "count"; readonly event: CountedEvent }
  | { readonly kind: "label"; readonly label: Label }
  | { readonly kind: "read"; readonly read: Read };

/** Whatever happens to a store, in whatever order: it answers as the oracle does. */
export function describeAgainstOracle(name: string, open: OpenStore): void {
  it(`${name} answers every history as the oracle does`, async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), async (steps) => {
      const { store, dispose } = await open();
      const oracle = new OracleStore();
      try {
        for (const next of steps) assert.deepEqual(await take(next, store), await take(next, oracle));
      } finally {
        await dispose();
      }
    });
    await fc.assert(property, { numRuns: 200 });
  });
}

async function take(next: Step, store: AggregateStore): Promise<unknown> {
  if (next.kind === "count") return store.count(next.event);
  if (next.kind === "label") return store.label(next.label);
  const { spec, key, atMs, queries, include } = next.read;
  return store.read(spec, key, atMs, queries, include);
}

// Few ids, keys and times, so that steps meet; values that add up exactly in any order.
const requestId = fc.constantFrom("r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8");
const key = fc.constantFrom<SourceKey>(["a"], ["b"], ["a", 1]);
const timeMs = fc.integer({ min: 0, max: 8 }).map((hours) => start + hours * 3_600_000);
const spanMs = fc.integer({ min: 0, max: 6 }).map((hours) => hours * 3_600_000);
const amounts: AggregateSpec = { source: "amounts", retainMs: 2 * day };
const merchants: AggregateSpec = { source: "merchants", retainMs: 2 * day };
const amount = fc.option(
  fc.integer({ min: -4, max: 4 }).map((quarters) => quarters / 4),
  { nil: undefined },
);
const merchant = fc.constantFrom(undefined, "m1", "m2", "m3");
const labelValue = fc.constantFrom(0, 0.5, 1);

const contribution = fc.oneof(
  fc.record({ spec: fc.constant(amounts), key, value: amount }),
  fc.record({ spec: fc.constant(merchants), key, value: merchant }),
);

const queryOf = (...aggregates: AggregateQuery["aggregate"][]) =>
  fc.record({
    aggregate: fc.constantFrom(...aggregates),
    of: fc.constant<"value" | "label">("value"),
    windowMs: spanMs,
    delayMs: spanMs,
    empty: fc.constantFrom(undefined, -1),
  });
const anyQuery = queryOf("count", "sum", "mean", "min", "max", "distinct");
const labelQuery = anyQuery.map((query) => ({ ...query, of: "label" as const }));
const textQuery = queryOf("count", "distinct");

const readOf = (
  spec: AggregateSpec,
  query: fc.Arbitrary<AggregateQuery>,
  value: fc.Arbitrary<FeatureValue | undefined>,
) =>
  fc.record({
    spec: fc.constant(spec),
    key,
    atMs: timeMs,
    queries: fc.array(fc.oneof(query, labelQuery), { minLength: 1, maxLength: 4 }),
    include: fc.option(fc.record({ requestId, value }), { nil: undefined }),
  });

const count = fc.record({
  kind: fc.constant("count" as const),
  event: fc.record({
    requestId,
    occurredAtMs: timeMs,
    contributions: fc.array(contribution, { maxLength: 3 }),
  }),
});
const label = fc.record({
  kind: fc.constant("label" as const),
  label: fc.record({ requestId, value: labelValue, reportedAtMs: timeMs }),
});
const read = fc.record({
  kind: fc.constant("read" as const),
  read: fc.oneof(readOf(amounts, anyQuery, amount), readOf(merchants, textQuery, merchant)),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: count },
  { weight: 2, arbitrary: label },
  { weight: 4, arbitrary: read },
);

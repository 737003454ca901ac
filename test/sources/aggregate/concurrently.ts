import assert from "node:assert/strict";
import fc from "fast-check";
import type { AggregateStore, Counted, CountedEvent, Label } from "../../../src/domain/aggregate.ts";
import { runs } from "../../support/property.ts";
import { query, start } from "./open-store.ts";
import { OracleStore } from "./oracle.ts";

const spend = { source: "customer_spend", retainMs: 256_000 };
const visits = { source: "terminal_visits", retainMs: 256_000 };
const everything = { windowMs: 256_000 };

/** Stores that share their events, as engines do. */
export interface OpenedClients {
  readonly stores: readonly AggregateStore[];
  dispose(): Promise<void>;
}

interface Order {
  readonly client: number;
  readonly kind: "count" | "label" | "disturb";
  readonly id: number;
  readonly reportedAt: number;
}

const order: fc.Arbitrary<Order> = fc.record({
  client: fc.nat({ max: 1 }),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant<"count">("count") },
    { weight: 8, arbitrary: fc.constant<"label">("label") },
    { weight: 1, arbitrary: fc.constant<"disturb">("disturb") },
  ),
  id: fc.integer({ min: 0, max: 15 }),
  reportedAt: fc.integer({ min: 0, max: 5 }),
});

/** The same id always means the same event, and the same time of report the same label: then order cannot matter. */
const eventOf = (id: number): CountedEvent => ({
  requestId: `r${id}`,
  occurredAtMs: start + ((id * 7) % 16) * 10_000,
  contributions: [
    { spec: spend, key: ["c1"], value: id % 5 === 0 ? undefined : id },
    { spec: visits, key: [id % 2], value: "x" },
  ],
});
const labelOf = (id: number, reportedAt: number): Label => ({
  requestId: `r${id}`,
  value: ((id + reportedAt) % 4) / 4,
  reportedAtMs: start + reportedAt,
});

/** @param disturb what may happen besides at any time, without any effect */
export function describeConcurrently(
  name: string,
  open: (exactLimit: number) => Promise<OpenedClients>,
  disturb: () => Promise<unknown> = async () => {},
  times = 150,
): void {
  for (const exactLimit of [1024, 3]) {
    it(`${name}, ${exactLimit} events exact, agrees with the oracle whatever happens at the same time`, async () => {
      const property = fc.asyncProperty(fc.array(order, { maxLength: 80, size: "max" }), async (orders) => {
        const { stores, dispose } = await open(exactLimit);
        const oracle = new OracleStore();
        try {
          const answers = await Promise.all(
            orders.map(async ({ client, kind, id, reportedAt }): Promise<[string, Counted]> => {
              const store = stores[client % stores.length]!;
              if (kind === "label") return [`label ${id}`, await store.label(labelOf(id, reportedAt))];
              if (kind === "count") return [`count ${id}`, await store.count(eventOf(id))];
              await disturb();
              return ["disturb", "duplicate"];
            }),
          );
          for (const { kind, id, reportedAt } of orders) {
            if (kind === "count") oracle.count(eventOf(id));
            if (kind === "label") oracle.label(labelOf(id, reportedAt));
          }
          const expected = await summary(oracle);
          for (const store of stores) assert.deepEqual(await summary(store), expected);
          const accepted = answers.filter(([what, answer]) => what.startsWith("count") && answer === "accepted");
          const distinct = new Set(orders.filter(({ kind }) => kind === "count").map(({ id }) => id));
          assert.deepEqual(accepted.map(([what]) => what).sort(), [...distinct].map((id) => `count ${id}`).sort());
        } finally {
          await dispose();
        }
      });
      await fc.assert(property, runs(times));
    });
  }
}

async function summary(store: AggregateStore) {
  const at = start + 200_000;
  const values = (["count", "sum", "min", "max"] as const).map((aggregate) => query(aggregate, everything));
  const labels = query("sum", { ...everything, of: "label" });
  return [
    await store.read(spend, ["c1"], at, [...values, labels]),
    await store.read(visits, [0], at, [query("count", everything), labels]),
    await store.read(visits, [1], at, [query("count", everything), labels]),
  ];
}

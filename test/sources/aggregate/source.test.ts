import assert from "node:assert/strict";
import type { AggregateStore } from "../../../src/domain/aggregate.ts";
import { Missing } from "../../../src/domain/feature.ts";
import type { SourceRequest } from "../../../src/domain/source.ts";
import { aggregateSource } from "../../../src/sources/aggregate/source.ts";
import { query, start } from "./open-store.ts";
import { OracleStore } from "./oracle.ts";

const spec = { source: "customer_spend", retainMs: 1e9 };
const queries = [query("count"), query("mean"), query("sum")];

describe("an aggregate source", () => {
  const oracle = new OracleStore();
  oracle.count({ requestId: "r1", occurredAtMs: start - 1, contributions: [{ spec, key: ["c1"], value: 4 }] });
  /** The same store by promise, as one behind a network is. */
  const remote: Pick<AggregateStore, "read"> = { read: async (...question) => oracle.read(...question) };

  for (const [title, store] of [
    ["at once", oracle],
    ["by promise", remote as AggregateStore],
  ] as const) {
    const source = aggregateSource({
      name: "customer_spend",
      spec,
      store,
      valueOf: ({ attributes }) => (typeof attributes.amount === "number" ? attributes.amount : undefined),
    });
    const fetch = source.prepare(queries);

    it(`reads the event's key ${title}`, async () => {
      assert.deepEqual(await fetch(request("c1", false)), { status: "OK", values: [1, 4, 4] });
    });

    it(`includes the event ${title} when asked to`, async () => {
      assert.deepEqual(await fetch(request("c1", true)), { status: "OK", values: [2, 7, 14] });
    });

    it(`tells ${title} what an empty window does not have`, async () => {
      assert.deepEqual(await fetch(request("c2", false)), { status: "OK", values: [0, Missing.not_found, 0] });
    });
  }

  it("says what it is", () => {
    const { name, kind } = aggregateSource({ name: "customer_spend", spec, store: oracle, valueOf: () => undefined });
    assert.deepEqual({ name, kind }, { name: "customer_spend", kind: "aggregate" });
  });
});

function request(customer: string, include: boolean): SourceRequest {
  const event = { requestId: "r2", occurredAtMs: start, attributes: { amount: 10 } };
  return {
    key: [customer],
    event,
    include,
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    traceparent: "",
  };
}

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type ChildEngine, startChildEngine } from "../../src/cli/child-engine.ts";
import { connect, type VerdictClient } from "../../src/client/client.ts";
import { simulate, type Transaction } from "../../src/simulate/simulate.ts";
import { compare, describeMismatches, type Served, servedBy } from "./support/compare.ts";
import { type FeatureRow, featuresBySql } from "./support/definitions.ts";
import { type Events, fromPurchases } from "./support/events.ts";
import { replay } from "./support/replay.ts";

const dayMs = 86_400_000;
const decidedDays = 6;
/** Coarse times let events of one customer coincide, and lie exactly on the ends of windows. */
const clockMs = 10 * 60_000;

describe("served features, beside the same in SQL", function () {
  this.timeout(120_000);
  let engine: ChildEngine;
  let client: VerdictClient;
  let events: Events;
  let expected: readonly FeatureRow[];
  const served = new Map<string, Served>();

  before(async () => {
    const { startMs, days, transactions } = simulate({ seed: 11, transactions: 12_000, days: 50 });
    const decidedFromMs = startMs + (days - decidedDays) * dayMs;
    events = await fromPurchases(shaped(transactions, decidedFromMs), decidedFromMs);
    expected = await featuresBySql(events);
    engine = await startChildEngine();
    client = connect(engine.address);
    await replay(client, events, {
      explain: true,
      onDecision: ({ requestId }, response) => served.set(requestId, servedBy(response)),
    });
  });

  after(async () => {
    client?.close();
    await engine?.stop();
    events?.close();
  });

  it("agree on every feature of every decided event", () => {
    const comparison = compare(expected, served);
    ok(comparison.events > 1_200, `only ${comparison.events} events`);
    strictEqual(comparison.mismatches.length, 0, describeMismatches(comparison));
  });

  it("are all defined in SQL, and no others (test/parity/support/definitions.ts)", () => {
    const [row] = expected;
    const { request_id, ...defined } = row!;
    const [features] = served.values();
    const missingIn = (found: object, all: object) => Object.keys(all).filter((name) => !(name in found));
    deepStrictEqual(
      { undefined: missingIn(defined, features!), notServed: missingIn(features!, defined) },
      { undefined: [], notServed: [] },
    );
  });

  it("have cases worth comparing: zeros and others, coincidences, ends of windows", async () => {
    const share = (name: string) => expected.filter((row) => Number(row[name]) > 0).length / expected.length;
    for (const name of ["terminal_risk_7d", "is_weekend", "is_night", "terminal_tx_count_1d", "amount_to_usual"]) {
      ok(share(name) > 0.01 && share(name) < 0.99, `${name} is more than 0 for a share of ${share(name)}`);
    }
    const pairs = async (on: string) => {
      const [row] = await events.query(
        `SELECT count(*)::INTEGER AS n FROM events a JOIN events b ON ${on} WHERE a.decided`,
      );
      return Number(row!.n);
    };
    const sameCustomer = "a.customer_id = b.customer_id AND a.position <> b.position AND a.occurred_ms - b.occurred_ms";
    ok((await pairs(`${sameCustomer} = 0`)) > 0, "no customer has two events at the same time");
    ok((await pairs(`${sameCustomer} = ${dayMs}`)) > 0, "no event is exactly a day older");
    const sameTerminal = "a.terminal_id = b.terminal_id AND a.occurred_ms - b.occurred_ms";
    ok((await pairs(`${sameTerminal} = ${7 * dayMs}`)) > 0, "no event is exactly as old as the delay");
  });
});

/** Every tenth customer is new. */
function* shaped(transactions: Iterable<Transaction>, newFromMs: number): Generator<Transaction, undefined> {
  for (const transaction of transactions) {
    const { occurredAtMs, customerId } = transaction;
    if (customerId.endsWith("7") && occurredAtMs < newFromMs) continue;
    yield { ...transaction, occurredAtMs: occurredAtMs - (occurredAtMs % clockMs) };
  }
}

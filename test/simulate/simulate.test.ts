import { deepStrictEqual, notStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { type SimulationOptions, simulate, type Transaction } from "../../src/simulate/simulate.ts";

const dayMs = 86_400_000;

function digest(options: SimulationOptions): string {
  const hash = createHash("sha256");
  for (const transaction of simulate(options).transactions) hash.update(JSON.stringify(transaction));
  return hash.digest("hex");
}

function between(value: number, low: number, high: number): void {
  ok(value >= low && value <= high, `${value} is not between ${low} and ${high}`);
}

const share = (all: readonly Transaction[], such: (transaction: Transaction) => boolean): number =>
  all.filter(such).length / all.length;

describe("simulate", () => {
  it("gives the same transactions for the same seed, today and next year", () => {
    strictEqual(
      digest({ seed: 1, transactions: 2_000 }),
      "1fa19b6080583099ec180da3ac6660447699f0131c468e846a9bb899a59c3bcf",
    );
  });

  it("gives the same transactions again when iterated again", () => {
    const { transactions } = simulate({ transactions: 200 });
    deepStrictEqual([...transactions], [...transactions]);
  });

  it("gives other transactions for another seed", () => {
    notStrictEqual(digest({ seed: 1, transactions: 500 }), digest({ seed: 2, transactions: 500 }));
  });

  it("shows what one looks like", () => {
    const [first] = simulate({ seed: 7, customers: 5 }).transactions;
    deepStrictEqual(first, {
      requestId: "tx-7-0000000",
      occurredAtMs: Date.UTC(2024, 0, 1, 6, 38, 22, 890),
      customerId: "c0002",
      terminalId: "t0004",
      amount: 26.76,
      fraud: false,
      scenario: 0,
    });
  });

  it("keeps the handbook's density of customers and terminals at every size", () => {
    for (const customers of [10, 500, 5_000]) {
      const world = simulate({ customers });
      strictEqual(world.terminals / world.customers, 2);
      between(world.terminals / world.side ** 2, 0.999_999, 1.000_001);
    }
    strictEqual(simulate({ customers: 5_000 }).side, 100);
  });

  it("refuses what is no whole number in range", () => {
    throws(() => simulate({ seed: -1 }), /^RangeError: seed must be a whole number from 0 to 4294967295, not -1$/);
    throws(() => simulate({ days: 0 }), RangeError);
    throws(() => simulate({ transactions: 1.5 }), RangeError);
    throws(() => simulate({ customers: Number.NaN }), RangeError);
  });

  for (const seed of [1, 2, 3]) {
    it(`has the shape of the handbook's data (seed ${seed})`, () => {
      const world = simulate({ seed, transactions: 40_000 });
      const all = [...world.transactions];
      between(all.length, 37_000, 43_000);
      between(
        share(all, ({ fraud }) => fraud),
        0.003,
        0.03,
      );
      between(
        share(all, ({ scenario }) => scenario === 1),
        0.000_1,
        0.002,
      );
      between(
        share(all, ({ scenario }) => scenario === 2),
        0.002,
        0.008,
      );
      between(
        share(all, ({ scenario }) => scenario === 3),
        0.001,
        0.006,
      );
      between(all.reduce((sum, { amount }) => sum + amount, 0) / all.length, 48, 60);
      const hour = (transaction: Transaction): number => new Date(transaction.occurredAtMs).getUTCHours();
      // P(0 < N(12 h, 5.56 h) < 6 h), and half of what falls inside the day is before noon.
      between(
        share(all, (transaction) => hour(transaction) < 6),
        0.12,
        0.14,
      );
      between(
        share(all, (transaction) => hour(transaction) < 12),
        0.49,
        0.51,
      );
      between(new Set(all.map(({ customerId }) => customerId)).size / world.customers, 0.98, 1);
    });
  }

  it("keeps its promises for any options", () => {
    const options = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      customers: fc.integer({ min: 1, max: 60 }),
      terminals: fc.integer({ min: 1, max: 60 }),
      days: fc.integer({ min: 1, max: 20 }),
      startMs: fc.integer({ min: 0, max: Date.UTC(2040, 0, 1) }),
    });
    fc.assert(
      fc.property(options, (given) => {
        const all = [...simulate(given).transactions];
        const inOrder = all.toSorted((left, right) => left.occurredAtMs - right.occurredAtMs);
        deepStrictEqual(all, inOrder);
        strictEqual(new Set(all.map(({ requestId }) => requestId)).size, all.length);
        strictEqual(
          new Set(all.map(({ customerId, occurredAtMs }) => `${customerId} ${occurredAtMs}`)).size,
          all.length,
        );
        for (const { occurredAtMs, customerId, terminalId, amount, fraud, scenario } of all) {
          ok(Number.isInteger(occurredAtMs));
          ok(occurredAtMs > given.startMs && occurredAtMs < given.startMs + given.days * dayMs);
          ok(/^c\d{4}$/.test(customerId) && Number(customerId.slice(1)) < given.customers);
          ok(/^t\d{4}$/.test(terminalId) && Number(terminalId.slice(1)) < given.terminals);
          ok(amount >= 0 && amount === Number(amount.toFixed(2)));
          strictEqual(fraud, scenario !== 0);
          if (amount > 220) ok(fraud);
        }
      }),
    );
  });

  it("multiplies what fraudsters buy with a stolen card by five", () => {
    const all = [...simulate({ seed: 1, transactions: 40_000 }).transactions];
    const ofCustomers = Map.groupBy(all, ({ customerId }) => customerId);
    const genuine = (customer: string): readonly Transaction[] =>
      ofCustomers.get(customer)!.filter(({ scenario }) => scenario === 0);
    const ratios = all
      .filter(({ scenario }) => scenario === 3)
      .map(({ customerId, amount }) => {
        const usual = genuine(customerId);
        return amount / (usual.reduce((sum, each) => sum + each.amount, 0) / usual.length);
      });
    between(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length, 4.4, 5.6);
  });
});

import { compromisedByDay } from "./compromise.ts";
import { type Customer, populate, type World } from "./population.ts";
import { dayMs, type Purchase, purchasesOfDay, shareInsideDay } from "./purchases.ts";
import { createRandom, type Random } from "./random.ts";

/** 0: genuine. 1: an amount over 220. 2: at a compromised terminal. 3: by a customer whose card details were stolen. */
type Scenario = 0 | 1 | 2 | 3;

/** One card purchase and the truth about it. */
export interface Transaction {
  /** Unique over all seeds: `tx-<seed>-<number in time order>`. */
  readonly requestId: string;
  readonly occurredAtMs: number;
  readonly customerId: string;
  readonly terminalId: string;
  /** In whole cents. */
  readonly amount: number;
  readonly fraud: boolean;
  /** The generator's secret: never a feature. */
  readonly scenario: Scenario;
}

/** What is to be simulated. Everything has a default; equal options give equal transactions, on any day and machine. */
export interface SimulationOptions {
  /** An integer from 0 to 2^32 − 1; default 1. */
  readonly seed?: number | undefined;
  /** About how many transactions; default 60,000. It chooses the number of customers, unless `customers` is given. */
  readonly transactions?: number | undefined;
  readonly customers?: number | undefined;
  /** Default: two a customer, as in the handbook. */
  readonly terminals?: number | undefined;
  /** Default 50: windows of 30 days delayed by 7 days are full well before the end. */
  readonly days?: number | undefined;
  /** Midnight of the first day; default 2024-01-01T00:00:00Z. */
  readonly startMs?: number | undefined;
}

export interface Simulation extends World {
  readonly seed: number;
  readonly days: number;
  readonly startMs: number;
  /** In time order; generated anew by every iteration. No two of one customer share a millisecond. */
  readonly transactions: Iterable<Transaction>;
}

/** The handbook's world, which smaller and larger ones are scaled from: 5,000 customers, a 100 × 100 square. */
const handbook = { customers: 5_000, terminals: 10_000, side: 100 };
/** The mean of a customer's purchases drawn a day, uniform from 0 to 4. */
const meanPurchasesADay = 2;
const suspiciousCents = 22_000;
const stolenCard = { shareADay: 3 / handbook.customers, lastsDays: 14, shareOfPurchases: 1 / 3, factor: 5 };
const badTerminal = { shareADay: 2 / handbook.terminals, lastsDays: 28 };

/** Each has random numbers of its own: what fraudsters do never changes what card holders buy. */
const streams = { population: 0, purchases: 1, terminals: 2, customers: 3, stolen: 4 };

/**
 * Simulates card transactions after the Fraud Detection Handbook, chapter 3, "Transaction data simulator"
 * (https://fraud-detection-handbook.github.io/fraud-detection-handbook/). Worlds of other sizes keep its density of
 * customers and terminals and its share of compromised ones. Unlike there, a purchase is multiplied at most once.
 * @throws RangeError for an option that is no whole number in its range
 */
export function simulate(options: SimulationOptions = {}): Simulation {
  const seed = whole("seed", options.seed ?? 1, 0, 2 ** 32 - 1);
  const days = whole("days", options.days ?? 50, 1);
  const startMs = whole("startMs", options.startMs ?? Date.UTC(2024, 0, 1), Number.MIN_SAFE_INTEGER);
  const transactions = whole("transactions", options.transactions ?? 60_000, 1);
  const customers = whole("customers", options.customers ?? customersFor(transactions, days), 1);
  const terminals = whole("terminals", options.terminals ?? 2 * customers, 1);
  const side = handbook.side * Math.sqrt(customers / handbook.customers);
  const world = { seed, days, startMs, customers, terminals, side };
  return { ...world, transactions: { [Symbol.iterator]: () => generate(world) } };
}

function customersFor(transactions: number, days: number): number {
  return Math.max(1, Math.round(transactions / (days * meanPurchasesADay * shareInsideDay)));
}

function whole(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`);
}

type Dated = Omit<Simulation, "transactions">;

function* generate(world: Dated): Generator<Transaction, undefined> {
  const random = (stream: keyof typeof streams): Random => createRandom(world.seed, streams[stream]);
  const population = populate(world, random("population"));
  const terminals = compromisedByDay({ ...badTerminal, count: world.terminals }, world.days, random("terminals"));
  const customers = compromisedByDay({ ...stolenCard, count: world.customers }, world.days, random("customers"));
  const purchases = random("purchases");
  const stolen = random("stolen");
  let number = 0;
  for (let day = 0; day < world.days; day++) {
    for (const purchase of inTimeOrder(population, purchases)) {
      const cardStolen = customers[day]!.has(purchase.customer) && stolen() < stolenCard.shareOfPurchases;
      const scenario = scenarioOf(purchase, cardStolen, terminals[day]!);
      yield {
        requestId: `tx-${world.seed}-${String(number++).padStart(7, "0")}`,
        occurredAtMs: world.startMs + day * dayMs + purchase.timeMs,
        customerId: identifier("c", purchase.customer),
        terminalId: identifier("t", purchase.terminal),
        amount: (purchase.cents * (cardStolen ? stolenCard.factor : 1)) / 100,
        fraud: scenario !== 0,
        scenario,
      };
    }
  }
}

/** All purchases of one day; at the same millisecond in the customers' order. */
function inTimeOrder(population: readonly Customer[], random: Random): readonly Purchase[] {
  return population
    .flatMap((customer) => purchasesOfDay(customer, random))
    .sort((left, right) => left.timeMs - right.timeMs);
}

/** Where several apply the later of the handbook's scenarios holds. */
function scenarioOf(purchase: Purchase, cardStolen: boolean, badTerminals: ReadonlySet<number>): Scenario {
  if (cardStolen) return 3;
  if (badTerminals.has(purchase.terminal)) return 2;
  return purchase.cents > suspiciousCents ? 1 : 0;
}

function identifier(prefix: string, index: number): string {
  return prefix + String(index).padStart(4, "0");
}

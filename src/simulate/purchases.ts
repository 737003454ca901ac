import { normal, pick, poisson, uniform } from "./distributions.ts";
import type { Customer } from "./population.ts";
import type { Random } from "./random.ts";

/** What a card holder bought, before any fraudster changed it. */
export interface Purchase {
  readonly customer: number;
  readonly terminal: number;
  /** Milliseconds since midnight UTC, 1 to 86,399,999. */
  readonly timeMs: number;
  /** In cents. */
  readonly cents: number;
}

export const dayMs = 86_400_000;
const noonMs = dayMs / 2;
const timeDeviationMs = 20_000_000;

/** The share of drawn times that fall inside the day: P(|Z| < noon / deviation) of a standard normal Z. */
export const shareInsideDay = 0.969_227;

/** One customer's purchases of one day, in no order; no two at the same millisecond. */
export function purchasesOfDay(customer: Customer, random: Random): readonly Purchase[] {
  const count = poisson(random, customer.purchasesADay);
  if (customer.reach.length === 0) return [];
  const byTime = new Map<number, Purchase>();
  for (let drawn = 0; drawn < count; drawn++) {
    const timeMs = Math.round(normal(random, noonMs, timeDeviationMs));
    // The second of two purchases in one millisecond (about one pair in fifty million) is dropped like one outside the day.
    if (timeMs <= 0 || timeMs >= dayMs || byTime.has(timeMs)) continue;
    const cents = Math.round(amount(customer.meanAmount, random) * 100);
    const terminal = customer.reach[pick(random, customer.reach.length)]!;
    byTime.set(timeMs, { customer: customer.index, terminal, timeMs, cents });
  }
  return [...byTime.values()];
}

function amount(mean: number, random: Random): number {
  const drawn = normal(random, mean, mean / 2);
  return drawn < 0 ? uniform(random, 0, 2 * mean) : drawn;
}

import { pick } from "./distributions.ts";
import type { Random } from "./random.ts";

/** How things (terminals, customers) fall into a fraudster's hands. */
export interface Compromises {
  /** There are so many things, numbered from 0. */
  readonly count: number;
  /** The share of all things that is newly compromised each day; fewer than one a day on average is fine. */
  readonly shareADay: number;
  /** For so many days each, the first included. */
  readonly lastsDays: number;
}

/**
 * Which things are compromised on which day, by day. The expected number a day is exactly `count × shareADay`: it is
 * rounded by carrying the remainder over, from a random start, so that a short or small run gets its share of frauds too.
 */
export function compromisedByDay(
  { count, shareADay, lastsDays }: Compromises,
  days: number,
  random: Random,
): readonly ReadonlySet<number>[] {
  const byDay = Array.from({ length: days }, () => new Set<number>());
  let due = random();
  for (let day = 0; day < days; day++) {
    for (due += count * shareADay; due >= 1; due--) {
      const compromised = pick(random, count);
      for (const later of byDay.slice(day, day + lastsDays)) later.add(compromised);
    }
  }
  return byDay;
}

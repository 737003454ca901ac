import type { Random } from "./random.ts";

export function uniform(random: Random, from: number, to: number): number {
  return from + (to - from) * random();
}

/** An index from 0 to count − 1. */
export function pick(random: Random, count: number): number {
  return Math.floor(random() * count);
}

/** Marsaglia's polar method: of the functions it uses only the logarithm is not exactly rounded, so seeds keep their meaning. */
export function normal(random: Random, mean: number, deviation: number): number {
  for (;;) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return mean + deviation * x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/** Knuth's method (TAOCP 3.4.1): its work grows with the mean, which is small here. */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

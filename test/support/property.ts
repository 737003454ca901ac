import type { Parameters } from "fast-check";

/**
 * How often a property is tried. `FC_RUNS` overrides it, `FC_SEED` repeats a run that failed:
 * `FC_SEED=-1832 npm test`.
 */
export function runs<Values>(numRuns: number): Parameters<Values> {
  const { FC_RUNS: wanted, FC_SEED: seed } = process.env;
  return { numRuns: Number(wanted ?? numRuns), ...(seed === undefined ? {} : { seed: Number(seed) }) };
}

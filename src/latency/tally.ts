import type { TimedStep } from "../domain/timed-decision.ts";
import { Histogram } from "./histogram.ts";
import { isAskedOf, type Scenario, scenarios } from "./what-if.ts";

/** What is known of one policy's decisions. */
export interface PolicyTally {
  readonly policy: string;
  readonly elapsed: Histogram;
  elapsedUs: number;
  firstMs: number;
  lastMs: number;
  /** By kind and name. */
  readonly steps: Map<string, StepTally>;
}

/** What is known of one step of it. */
export interface StepTally {
  readonly name: string;
  readonly kind: TimedStep["kind"];
  /** Of those that were awaited. */
  readonly durations: Histogram;
  cached: number;
  /** In a timeout or an error. */
  failed: number;
  /** Skipped, or given up. */
  notAwaited: number;
  critical: number;
  contributionUs: number;
  soleUs: number;
  /** How the policy's `elapsed` would differ: decisions taken away where they were, and added where they would be. */
  readonly differences: Readonly<Partial<Record<Scenario, Histogram>>>;
}

/** What is known of a step, from now on at the latest. */
export function stepOf({ steps }: PolicyTally, { name, kind }: TimedStep): StepTally {
  const key = `${kind} ${name}`;
  let known = steps.get(key);
  if (known === undefined) {
    const asked = scenarios.filter((scenario) => isAskedOf(scenario, { kind }));
    known = {
      name,
      kind,
      durations: new Histogram(),
      cached: 0,
      failed: 0,
      notAwaited: 0,
      critical: 0,
      contributionUs: 0,
      soleUs: 0,
      differences: Object.fromEntries(asked.map((scenario) => [scenario, new Histogram()])),
    };
    steps.set(key, known);
  }
  return known;
}

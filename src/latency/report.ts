import type { TimedStep } from "../domain/timed-decision.ts";
import type { PolicyTally, StepTally } from "./tally.ts";
import { type Scenario, scenarios } from "./what-if.ts";

/** What holds decisions up, and what would help. Times in milliseconds, shares from 0 to 1. */
export interface LatencyReport {
  /** The share of fetches that the scenario `cached` answers from memory. */
  readonly cacheHit: number;
  /** The one of most decisions first. */
  readonly policies: readonly PolicyReport[];
}

export interface PolicyReport extends Quantiles {
  readonly policy: string;
  readonly decisions: number;
  /** When the first and the last of them arrived, as ISO 8601. */
  readonly first: string;
  readonly last: string;
  /** Of all its decisions together. */
  readonly totalMs: number;
  /** By contribution, the largest first. */
  readonly steps: readonly StepReport[];
}

/** Half, and 99 of 100, take at most as long; to 0.05 %. */
export interface Quantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface StepReport extends Quantiles {
  readonly name: string;
  readonly kind: TimedStep["kind"];
  /** How often it was awaited to its end; the quantiles are of these. */
  readonly runs: number;
  readonly cached: number;
  readonly failed: number;
  /** How often it was skipped, or given up. */
  readonly notAwaited: number;
  /** In what share of all decisions it was on the critical path. */
  readonly criticalShare: number;
  /** Its time on the critical path of all decisions, and what share of their time that is. */
  readonly contributionMs: number;
  readonly contributionShare: number;
  /** For how long it alone was awaited. */
  readonly soleMs: number;
  readonly soleShare: number;
  /** How long all decisions of the policy would take. */
  readonly whatIf: Readonly<Partial<Record<Scenario, Quantiles>>>;
}

export function reportOf(tally: PolicyTally): PolicyReport {
  const { policy, elapsed, elapsedUs, firstMs, lastMs, steps } = tally;
  return {
    policy,
    decisions: elapsed.total,
    first: new Date(firstMs).toISOString(),
    last: new Date(lastMs).toISOString(),
    totalMs: milliseconds(elapsedUs),
    p50Ms: milliseconds(elapsed.quantile(0.5)),
    p99Ms: milliseconds(elapsed.quantile(0.99)),
    steps: [...steps.values()]
      .sort((left, right) => right.contributionUs - left.contributionUs || (left.name < right.name ? -1 : 1))
      .map((step) => stepReport(step, tally)),
  };
}

function stepReport(step: StepTally, { elapsed, elapsedUs }: PolicyTally): StepReport {
  const { name, kind, durations, cached, failed, notAwaited, critical, contributionUs, soleUs, differences } = step;
  const whatIf = scenarios.flatMap((scenario) => {
    const difference = differences[scenario];
    if (difference === undefined) return [];
    const quantiles: Quantiles = {
      p50Ms: milliseconds(elapsed.quantile(0.5, difference)),
      p99Ms: milliseconds(elapsed.quantile(0.99, difference)),
    };
    return [[scenario, quantiles] as const];
  });
  return {
    name,
    kind,
    runs: durations.total,
    cached,
    failed,
    notAwaited,
    p50Ms: milliseconds(durations.quantile(0.5)),
    p99Ms: milliseconds(durations.quantile(0.99)),
    criticalShare: share(critical, elapsed.total),
    contributionMs: milliseconds(contributionUs),
    contributionShare: share(contributionUs, elapsedUs),
    soleMs: milliseconds(soleUs),
    soleShare: share(soleUs, elapsedUs),
    whatIf: Object.fromEntries(whatIf),
  };
}

function milliseconds(us: number): number {
  return us / 1000;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

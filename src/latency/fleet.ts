import { type Attribution, attribute } from "../decide/attribute.ts";
import type { TimedDecision, TimedStep } from "../domain/timed-decision.ts";
import { Histogram } from "./histogram.ts";
import { type LatencyReport, reportOf } from "./report.ts";
import { type PolicyTally, type StepTally, stepOf } from "./tally.ts";
import { elapsedIf, scenarios } from "./what-if.ts";

/** Looks at many decisions as attribution looks at one. Memory does not grow with their number. */
export class Fleet {
  readonly #cacheHit: number;
  readonly #policies = new Map<string, PolicyTally>();

  /** @param cacheHit the share of fetches that a cache would answer. */
  constructor(cacheHit: number) {
    this.#cacheHit = cacheHit;
  }

  add(decision: TimedDecision): void {
    const { policy, arrivedAtMs, elapsedUs, steps } = decision;
    let tally = this.#policies.get(policy);
    if (tally === undefined) {
      tally = {
        policy,
        elapsed: new Histogram(),
        elapsedUs: 0,
        firstMs: arrivedAtMs,
        lastMs: arrivedAtMs,
        steps: new Map(),
      };
      this.#policies.set(policy, tally);
    }
    tally.elapsed.add(elapsedUs);
    tally.elapsedUs += elapsedUs;
    tally.firstMs = Math.min(tally.firstMs, arrivedAtMs);
    tally.lastMs = Math.max(tally.lastMs, arrivedAtMs);
    const costs = attribute(steps.map(interval), elapsedUs).steps;
    const needed = new Set(steps.flatMap(({ waitsFor = [] }) => waitsFor));
    for (const [at, step] of steps.entries()) {
      const known = stepOf(tally, step);
      if (step.awaited === false) known.notAwaited += 1;
      else {
        count(known, step, costs[at]!);
        for (const scenario of scenarios) {
          const difference = known.differences[scenario];
          // Off the critical path nothing changes by being faster, but by taking away what waits for it.
          const mayMatter = costs[at]!.critical || (scenario === "dropped" && needed.has(at));
          if (difference === undefined || !mayMatter) continue;
          // Attribution has replayed the decision with the step instant.
          const instantUs = elapsedUs - costs[at]!.saving;
          const otherwiseUs = scenario === "instant" ? instantUs : elapsedIf(scenario, decision, at, this.#cacheHit);
          if (otherwiseUs === elapsedUs) continue;
          difference.add(elapsedUs, -1);
          difference.add(otherwiseUs);
        }
      }
    }
  }

  report(): LatencyReport {
    const policies = [...this.#policies.values()].map(reportOf);
    policies.sort((left, right) => right.decisions - left.decisions || (left.policy < right.policy ? -1 : 1));
    return { cacheHit: this.#cacheHit, policies };
  }
}

function interval({ startUs, durationUs, awaited = true, waitsFor = [], behind = [] }: TimedStep) {
  return { start: startUs, end: startUs + durationUs, awaited, waitsFor: [...waitsFor, ...behind] };
}

function count(
  known: StepTally,
  { status, durationUs }: TimedStep,
  { critical, contribution, sole }: Attribution,
): void {
  known.durations.add(durationUs);
  if (status === "CACHED") known.cached += 1;
  if (status === "TIMEOUT" || status === "ERROR") known.failed += 1;
  if (critical) known.critical += 1;
  known.contributionUs += contribution;
  known.soleUs += sole;
}

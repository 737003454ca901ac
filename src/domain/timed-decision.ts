import type { Completeness, StepTiming } from "./decision.ts";
import type { SourceStatus } from "./source.ts";

/**
 * What a decision's time went into: enough to replay it, and nothing of what it was about. As JSON, one line of a timings
 * file. Whole microseconds, so that sums are exact.
 */
export interface TimedDecision {
  readonly policy: string;
  readonly decisionId: string;
  readonly traceId: string;
  /** Milliseconds since the Unix epoch. */
  readonly arrivedAtMs: number;
  readonly elapsedUs: number;
  readonly outcome: string;
  readonly completeness: Completeness;
  /** Each after those it began after. */
  readonly steps: readonly TimedStep[];
}

export interface TimedStep {
  readonly name: string;
  readonly kind: StepTiming["kind"];
  readonly status: SourceStatus;
  /** Since the request's arrival. */
  readonly startUs: number;
  readonly durationUs: number;
  /** See `StepTiming`; left out: true. */
  readonly awaited?: boolean;
  /** Indexes of the steps whose result it takes; left out: none. */
  readonly waitsFor?: readonly number[];
  /** Indexes of steps that merely ran before it, while it could have begun; left out: none. */
  readonly behind?: readonly number[];
}

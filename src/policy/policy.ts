import type { Condition } from "./condition.ts";
import type { PolicyTest } from "./policy-schema.ts";

/** What a rule's `event.type` says when it only adds points. */
export const pointsType = "points";

/** A test as written, and where it stands. */
export interface LoadedTest extends PolicyTest {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In the `tests` of that file. */
  readonly index: number;
}

/** An outcome and the code of its reason. */
export interface Answer {
  readonly outcome: string;
  readonly reason: string | undefined;
}

/** An answer that holds from a number on. */
export interface Band extends Answer {
  readonly gte: number;
}

/** A model whose output is the feature `feature`. */
export interface ScoreFeature {
  readonly feature: string;
  readonly model: string;
  readonly version: string;
  readonly onMissing: Answer | undefined;
  /** Strictest first; of the same outcome, highest first. */
  readonly bands: readonly Band[];
}

export interface Rule {
  readonly name: string;
  readonly mode: "live" | "shadow";
  /** A live rule that is live for a share of the values of a feature only. */
  readonly rollout: { readonly percent: number; readonly by: string } | undefined;
  /** The day by which somebody decides what becomes of the rule, `YYYY-MM-DD`. */
  readonly reviewBy: string | undefined;
  readonly firesOnUnknown: boolean;
  readonly conditions: Condition;
  /** The features that the conditions read. */
  readonly facts: readonly string[];
  /** An outcome, or `points`. */
  readonly outcome: string;
  readonly points: number;
  readonly reason: string | undefined;
}

/** A policy as loaded: checked, shared conditions in place, rules that are off left out. */
export interface Policy {
  readonly id: string;
  readonly file: string;
  readonly deadlineMs: number;
  readonly settle: "early" | "complete";
  /** Strictest first. */
  readonly outcomes: readonly string[];
  readonly defaultOutcome: string;
  readonly gate: { readonly conditions: Condition; readonly otherwise: Answer } | undefined;
  readonly scores: readonly ScoreFeature[];
  /** Thresholds on the sum of points, in the order of `ScoreFeature.bands`. */
  readonly points: readonly Band[];
  readonly rules: readonly Rule[];
  /** Reason codes with their texts for staff. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Those in the document, then those beside it. */
  readonly tests: readonly LoadedTest[];
}

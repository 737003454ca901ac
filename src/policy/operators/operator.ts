import type { FeatureType } from "../../domain/feature.ts";

/** What is wrong with a value that an operator is given. */
export interface Refusal {
  readonly message: string;
  readonly fix: string;
}

/** Whether a fact's value passes. False for values of kinds the operator does not speak of; never throws. */
export type Passes = (actual: unknown) => boolean;

/** An operator that json-rules-engine does not have built in. */
export interface CustomOperator {
  readonly name: string;
  /** Facts it may be asked of. */
  readonly types: readonly FeatureType[];
  /** Whether the value may be another feature. */
  readonly comparesFacts: boolean;
  /** What its value says, for people who write one. */
  readonly value: string;
  /** A value that is right. */
  readonly example: unknown;
  /** JSON Schema of its values, for editors: everything that `prepare` takes fits it. */
  readonly shape: object;
  /** In a sentence, of a comparison that holds and of one that does not. */
  readonly words: readonly [holds: string, fails: string];
  /** About how many comparisons of numbers it takes as long as, for texts as long as events may have. */
  readonly cost: number;
  /** Reads the value once, so that asking is fast. */
  readonly prepare: (value: unknown) => Passes | Refusal;
}

export function isRefusal(prepared: Passes | Refusal): prepared is Refusal {
  return typeof prepared !== "function";
}

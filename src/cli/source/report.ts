import type { FeatureType, FeatureValue, MissingReason } from "../../domain/feature.ts";
import type { SourceStatus } from "../../domain/source.ts";

/** One feature as a source answered it. */
export interface FeatureReport {
  readonly name: string;
  readonly type: FeatureType;
  readonly state: "present" | MissingReason;
  /** Of a feature that is present; or of what the catalogue has stand in for it. Timestamps in ISO 8601. */
  readonly value?: FeatureValue;
}

/** What a source answered to the sample. */
export interface AnswerReport {
  readonly status: SourceStatus;
  /** Why it was not asked, or what is wrong with the answer. */
  readonly why?: string;
  readonly features: readonly FeatureReport[];
}

/** What was found of one thing that lies outside the engine. */
export interface SourceReport {
  readonly name: string;
  readonly kind: string;
  /** Unknown where it could not even be opened. */
  readonly place?: string;
  readonly reachable: boolean;
  /** What answers. */
  readonly detail?: string;
  /** What is wrong and how to mend it. */
  readonly problem?: string;
  /** What is not as it should be, although it answers. */
  readonly warnings: readonly string[];
  /** Of the first question, connecting included. Milliseconds. */
  readonly firstMs?: number;
  /** The median of those after it. */
  readonly thenMs?: number;
  readonly answer?: AnswerReport;
}

/** Whether decisions can have what it has, as far as was looked. */
export function isGood({ reachable, answer }: SourceReport): boolean {
  return reachable && answer?.status !== "ERROR" && answer?.status !== "TIMEOUT";
}

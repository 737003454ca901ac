import type { FeatureValue, Missing, MissingReason } from "./feature.ts";

/** A feature of the context: known, still to come, or known to be absent. */
export type FeatureState = "present" | "pending" | "missing";

/** What rules see of a context. */
export interface Facts {
  /** The value if present, else undefined. */
  value(name: string): FeatureValue | undefined;
  state(name: string): FeatureState;
  /** Why a missing feature has no value. */
  reason(name: string): MissingReason | undefined;
  /** By the feature's place in the context: the value, or why there is none; undefined while it is pending. */
  at(slot: number): FeatureValue | Missing | undefined;
  /** Whether a value is an entry of a list at the time of the event; undefined while the list cannot be read. */
  isListed(list: string, value: FeatureValue): boolean | undefined;
}

import type { FeatureValue } from "./feature.ts";

/** A feature of the context: known, still to come, or known to be absent. */
export type FeatureState = "present" | "pending" | "missing";

/** What rules see of a context. */
export interface Facts {
  /** The value if present, else undefined. */
  value(name: string): FeatureValue | undefined;
  state(name: string): FeatureState;
}

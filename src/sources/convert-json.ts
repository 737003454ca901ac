import { type FeatureType, type Fetched, hasType, Missing } from "../domain/feature.ts";
import { follow, type Steps } from "../domain/path.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";

/** A feature that lies in a JSON answer. */
export interface JsonFeature {
  readonly steps: Steps;
  readonly type: FeatureType;
}

/**
 * A feature out of a JSON answer: `not_found` where the path leads nowhere, `null` where it leads to null, `error` where the
 * value is of another type. Timestamps may be ISO 8601 texts or milliseconds.
 */
export function takeJson(answer: unknown, { steps, type }: JsonFeature): Fetched {
  if (steps.length > 0 && (typeof answer !== "object" || answer === null)) return Missing.not_found;
  const value = follow(answer, steps);
  if (value === undefined) return Missing.not_found;
  if (value === null) return Missing.null;
  const converted = type === "timestamp" && typeof value === "string" ? parseIsoTimestamp(value) : value;
  return hasType(converted, type) ? converted : Missing.error;
}

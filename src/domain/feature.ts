/** The declared type of a feature. `timestamp` is held as milliseconds since the Unix epoch, UTC. */
export type FeatureType = "double" | "integer" | "string" | "boolean" | "timestamp";

/** A present value: finite numbers only; timestamps are epoch milliseconds. */
export type FeatureValue = number | string | boolean;

export const missingReasons = ["timeout", "error", "not_found", "null", "stale", "skipped", "breaker_open"] as const;

/** Why a feature has no value. Missing is never silent: every missing feature carries one of these. */
export type MissingReason = (typeof missingReasons)[number];

/**
 * A value fetched from a source, or why there is none. A plain value is present; the missing reasons are wrapped so that
 * no string value can be mistaken for one.
 */
export type Fetched = FeatureValue | Missing;

/** The absence of a value, with its reason. */
export class Missing {
  readonly reason: MissingReason;
  private constructor(reason: MissingReason) {
    this.reason = reason;
  }
  static readonly timeout: Missing = Object.freeze(new Missing("timeout"));
  static readonly error: Missing = Object.freeze(new Missing("error"));
  static readonly not_found: Missing = Object.freeze(new Missing("not_found"));
  static readonly null: Missing = Object.freeze(new Missing("null"));
  static readonly stale: Missing = Object.freeze(new Missing("stale"));
  static readonly skipped: Missing = Object.freeze(new Missing("skipped"));
  static readonly breaker_open: Missing = Object.freeze(new Missing("breaker_open"));
}

/** Whether a value is present and of the declared type: numbers finite, integers and timestamps exact. */
export function hasType(value: unknown, type: FeatureType): value is FeatureValue {
  switch (type) {
    case "double":
      return Number.isFinite(value);
    case "integer":
    case "timestamp":
      return Number.isSafeInteger(value);
    default:
      return typeof value === type;
  }
}

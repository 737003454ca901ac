import type { FeatureValue } from "./feature.ts";

/** One attribute's value as it came over the wire: JSON, numbers finite. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is to be decided on. */
export interface Event {
  /** The idempotency key: 1 to 128 bytes of UTF-8. */
  readonly requestId: string;
  /** When it happened, milliseconds since the Unix epoch (whole milliseconds). */
  readonly occurredAtMs: number;
  readonly attributes: Readonly<Record<string, Json>>;
}

/** The values of a source's key features, in the order of its `key`. */
export type SourceKey = readonly FeatureValue[];

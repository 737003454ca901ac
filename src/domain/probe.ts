import type { FeatureType } from "./feature.ts";

/** What a probe found. */
export interface ProbeAnswer {
  /** What answers, such as "Redis 8.2.1". */
  readonly detail: string;
  /** What is not as it should be although it answers, each with how to mend it. */
  readonly warnings?: readonly string[];
}

/** See `SourceFeature`. */
interface WantedFeature {
  readonly path: string;
  readonly type: FeatureType;
}

/** Looks at what lies outside the engine, for people who look after it; no decision uses it. */
export interface Probe {
  /** Where it is, without credentials. */
  readonly place: string;
  /** Whether asking again goes over the same connection, so that it takes one round trip. */
  readonly keepsConnection: boolean;
  /** What who makes many fetches should know. */
  readonly caution?: string;
  /**
   * Connects if need be, and asks for as little as shows that it works. Writes nothing.
   * @param features that the catalogue wants of it: what can be told about them without a key is told.
   * @throws saying what is wrong and how to mend it, never with a credential; when the signal ended it, its reason or a better one.
   */
  ask(features: readonly WantedFeature[], signal: AbortSignal): Promise<ProbeAnswer>;
}

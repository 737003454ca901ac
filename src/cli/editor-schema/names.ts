import type { FeatureType } from "../../domain/feature.ts";

/** A name that a document may use, and what an editor says of it. */
export interface Named {
  readonly name: string;
  readonly description: string;
}

export interface NamedFeature extends Named {
  readonly type: FeatureType;
}

/** One entry a version. */
export interface NamedModel extends Named {
  readonly version: string;
}

/** What every policy may name. */
export interface CommonNames {
  readonly features: readonly NamedFeature[];
  readonly sources: readonly Named[];
  readonly lists: readonly Named[];
  readonly models: readonly NamedModel[];
}

/** What a policy declares itself; undefined is what could not be read of it. */
export interface PolicyNames {
  readonly outcomes: readonly Named[] | undefined;
  readonly reasons: readonly Named[] | undefined;
  readonly sharedConditions: readonly Named[] | undefined;
  readonly rules: readonly Named[] | undefined;
  /** The features that its models' scores are. */
  readonly scores: readonly Named[] | undefined;
}

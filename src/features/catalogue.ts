import type { AggregateQuery } from "../domain/aggregate.ts";
import type { FeatureType, FeatureValue } from "../domain/feature.ts";
import type { SourceKind } from "../domain/source.ts";
import type { ListDefinition, SourceEntry, SourceKindDefinition } from "../domain/source-kind.ts";
import type { Derivation } from "./derive.ts";

/** The feature that every event has: when it happened. Not declared in the catalogue. */
export const occurredAt = "occurred_at";

/** A source of a kind that is defined outside. */
export interface FetchedSourceSpec {
  readonly kind: Exclude<SourceKind, "aggregate" | "request">;
  readonly name: string;
  /** The features that a fetch waits for. */
  readonly key: readonly string[];
  readonly timeoutMs: number;
  readonly definition: SourceKindDefinition;
  /** As written. */
  readonly entry: SourceEntry;
}

/** An aggregate source of the catalogue. Key and value are features of the event itself. */
export interface AggregateSourceSpec {
  readonly kind: "aggregate";
  readonly name: string;
  readonly key: readonly string[];
  /** The feature whose values are aggregated; undefined: the events are only counted. */
  readonly value: string | undefined;
  readonly retainMs: number;
  readonly timeoutMs: number;
}

export type SourceSpec = FetchedSourceSpec | AggregateSourceSpec;

/** Where a feature's value comes from. */
export type Origin =
  | { readonly kind: "event"; readonly path: readonly string[]; readonly required: boolean; readonly maxLength: number }
  | { readonly kind: "occurred_at" }
  | { readonly kind: "column"; readonly source: string; readonly path: string }
  | { readonly kind: "aggregate"; readonly source: string; readonly query: AggregateQuery }
  | { readonly kind: "derived"; readonly derivation: Derivation };

export interface FeatureSpec {
  readonly name: string;
  readonly type: FeatureType;
  readonly origin: Origin;
  /** Stands in for a missing value. */
  readonly standIn: FeatureValue | undefined;
}

/** A list that lies outside, and has to be fetched. */
export interface ListSpec {
  readonly name: string;
  readonly kind: SourceKind;
  readonly timeoutMs: number;
  readonly definition: ListDefinition;
  /** As written. */
  readonly entry: SourceEntry;
}

/** All features, sources and fetched lists there are. Policies choose from it. */
export interface Catalogue {
  readonly lists: ReadonlyMap<string, ListSpec>;
  readonly sources: ReadonlyMap<string, SourceSpec>;
  readonly features: ReadonlyMap<string, FeatureSpec>;
}

/** The features that must be there before this one can be had: its source's key, or its expression's inputs. */
export function inputsOf(feature: FeatureSpec, sources: ReadonlyMap<string, SourceSpec>): readonly string[] {
  switch (feature.origin.kind) {
    case "derived":
      return feature.origin.derivation.inputs;
    case "column":
    case "aggregate":
      return sources.get(feature.origin.source)?.key ?? [];
    default:
      return [];
  }
}

import type { FeatureType } from "../../domain/feature.ts";
import { occurredAt } from "../../features/catalogue.ts";
import type { CatalogueDocument, FeatureDocument } from "../../features/catalogue-schema.ts";
import { typeOf } from "../../features/load-catalogue.ts";
import { describeFeature } from "./feature-words.ts";
import type { CommonNames, NamedFeature } from "./names.ts";

/** What a catalogue declares. */
export function catalogueNames({ features, sources }: CatalogueDocument): Pick<CommonNames, "features" | "sources"> {
  const always: NamedFeature = {
    name: occurredAt,
    type: "timestamp",
    description: "timestamp: when the event happened. Every event has it.",
  };
  const named = ([name, feature]: [string, FeatureDocument]): NamedFeature => {
    const type: FeatureType = typeOf(feature);
    return { name, type, description: describeFeature(feature, type) };
  };
  return {
    features: [always, ...Object.entries(features).map(named)],
    sources: Object.entries(sources).map(([name, source]) => {
      // Every kind has it; what is particular to a kind is not known here.
      const { kind, description } = source as { kind: string; description?: string };
      return { name, description: description === undefined ? `kind ${kind}` : `kind ${kind}. ${description}` };
    }),
  };
}

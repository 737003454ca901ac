import type { FeatureType } from "../../domain/feature.ts";
import { occurredAt } from "../../features/catalogue.ts";
import type { CatalogueDocument, FeatureDocument } from "../../features/catalogue-schema.ts";
import { typeOf } from "../../features/load-catalogue.ts";
import { describeFeature } from "./feature-words.ts";
import type { CommonNames, NamedFeature } from "./names.ts";

/** What a catalogue declares. */
export function catalogueNames({
  features,
  sources,
  lists = {},
}: CatalogueDocument): Pick<CommonNames, "features" | "sources" | "lists"> {
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
    sources: Object.entries(sources).map(([name, source]) => ({ name, description: describeKind(source) })),
    lists: Object.entries(lists).map(([name, list]) => ({ name, description: describeKind(list) })),
  };
}

/** Every source and list has a kind and may have a description; what is particular to a kind is not known here. */
function describeKind(entry: object): string {
  const { kind, description } = entry as { kind: string; description?: string };
  return description === undefined ? `kind ${kind}` : `kind ${kind}. ${description}`;
}

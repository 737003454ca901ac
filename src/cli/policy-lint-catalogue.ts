import { sourceKinds } from "../compose.ts";
import { type Catalogue, inputsOf } from "../features/catalogue.ts";
import { catalogueSchema } from "../features/catalogue-schema.ts";
import type { Finding } from "../policy/lint/finding.ts";
import { findingsIn } from "../policy/lint/findings.ts";

/** What policies use of the catalogue. */
interface Used {
  readonly features: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
}

interface UsedWithLists extends Used {
  readonly lists: ReadonlySet<string>;
}

/** The features, and all that they are had from. */
export function withAllBehind(names: Iterable<string>, { features, sources }: Catalogue): Used {
  const used = { features: new Set<string>(), sources: new Set<string>() };
  const visit = (name: string) => {
    const feature = features.get(name);
    if (feature === undefined || used.features.has(name)) return;
    used.features.add(name);
    for (const input of inputsOf(feature, sources)) visit(input);
    const { origin } = feature;
    if (origin.kind !== "column" && origin.kind !== "aggregate") return;
    used.sources.add(origin.source);
    const source = sources.get(origin.source);
    if (source?.kind === "aggregate" && source.value !== undefined) visit(source.value);
  };
  for (const name of names) visit(name);
  return used;
}

/**
 * Finds features, sources and lists that no policy needs.
 * @throws {DocumentError} if the text is no catalogue.
 */
export function lintCatalogue(file: string, text: string, used: UsedWithLists): Finding[] {
  return findingsIn(file, text, catalogueSchema(sourceKinds), ({ features, sources, lists = {} }, find) => {
    for (const name of Object.keys(sources)) {
      if (!used.sources.has(name))
        find("unused-source", ["sources", name], `no policy needs ${name}`, "remove it, if nothing is to come");
    }
    for (const name of Object.keys(lists)) {
      if (!used.lists.has(name))
        find(
          "unused-list",
          ["lists", name],
          `no policy asks whether anything is in the list ${name}`,
          "remove it, if nothing is to come",
        );
    }
    for (const name of Object.keys(features)) {
      if (!used.features.has(name))
        find(
          "unused-feature",
          ["features", name],
          `no policy and no model uses ${name}`,
          "remove it, if nothing is to come",
        );
    }
  });
}

import { sourceKinds } from "../compose.ts";
import { catalogueSchema } from "../features/catalogue-schema.ts";
import type { Finding } from "../policy/lint/finding.ts";
import { findingsIn } from "../policy/lint/findings.ts";

/** What any policy uses of the catalogue. */
interface Used {
  readonly features: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
}

/**
 * Finds features and sources that no policy needs.
 * @throws {DocumentError} if the text is no catalogue.
 */
export function lintCatalogue(file: string, text: string, used: Used): Finding[] {
  return findingsIn(file, text, catalogueSchema(sourceKinds), ({ features, sources }, find) => {
    for (const name of Object.keys(sources)) {
      if (!used.sources.has(name))
        find("unused-source", ["sources", name], `no policy needs ${name}`, "remove it, if nothing is to come");
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

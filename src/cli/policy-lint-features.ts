import { type Catalogue, type FeatureSpec, inputsOf } from "../features/catalogue.ts";
import type { LintFeature } from "../policy/lint/lint-feature.ts";

/** The catalogue as a lint of policies sees it. */
export function lintFeatures(catalogue: Catalogue): ReadonlyMap<string, LintFeature> {
  const sources = sourcesBehind(catalogue);
  return new Map(
    [...catalogue.features].map(([name, feature]) => [
      name,
      {
        type: feature.type,
        presence: presenceOf(feature),
        minimum: minimumOf(feature),
        isEventTime: feature.origin.kind === "occurred_at",
        sources: sources(name),
      },
    ]),
  );
}

function presenceOf({ origin, standIn }: FeatureSpec): LintFeature["presence"] {
  if (origin.kind === "occurred_at" || (origin.kind === "event" && origin.required)) return "always";
  return standIn === undefined ? "may-miss" : "defaulted";
}

/** Nothing is counted less than zero times; what stands in may be less all the same. */
function minimumOf({ origin, standIn }: FeatureSpec): number | undefined {
  if (origin.kind !== "aggregate") return undefined;
  const { aggregate, empty } = origin.query;
  if (aggregate !== "count" && aggregate !== "distinct") return undefined;
  return Math.min(0, empty ?? 0, typeof standIn === "number" ? standIn : 0);
}

/** The sources that a feature needs, directly or for its key or its inputs. */
function sourcesBehind(catalogue: Catalogue): (name: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  const visit = (name: string): readonly string[] => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const feature = catalogue.features.get(name);
    if (feature === undefined) return [];
    const { origin } = feature;
    const own = origin.kind === "column" || origin.kind === "aggregate" ? [origin.source] : [];
    const all = [...new Set([...own, ...inputsOf(feature, catalogue.sources).flatMap(visit)])];
    known.set(name, all);
    return all;
  };
  return visit;
}

import type { Report } from "../documents/report.ts";
import type { Catalogue } from "./catalogue.ts";

/**
 * Every decided event is counted, also when the answer came before any source was read; so what it counts under must be
 * known from the event alone.
 */
export function checkAggregateInputs(catalogue: Catalogue, report: Report): void {
  const fromEvent = (name: string): boolean => {
    const feature = catalogue.features.get(name);
    if (feature === undefined) return true;
    if (feature.origin.kind === "event" || feature.origin.kind === "occurred_at") return true;
    return feature.origin.kind === "derived" && feature.origin.derivation.inputs.every(fromEvent);
  };
  for (const source of catalogue.sources.values()) {
    if (source.kind !== "aggregate") continue;
    for (const [index, key] of source.key.entries()) {
      if (!fromEvent(key))
        report(
          ["sources", source.name, "key", index],
          `"${key}" is not known from the event alone`,
          "aggregate keys use request features, or expressions of them",
        );
    }
    if (source.value !== undefined && !fromEvent(source.value)) {
      report(
        ["sources", source.name, "value"],
        `"${source.value}" is not known from the event alone`,
        "aggregate values use request features, or expressions of them",
      );
    }
  }
}

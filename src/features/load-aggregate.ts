import type { DocumentPath, Report } from "../documents/report.ts";
import type { AggregateQuery } from "../domain/aggregate.ts";
import { durationMs } from "../domain/duration.ts";
import type { FeatureType } from "../domain/feature.ts";
import type { AggregateFeatureDocument, AggregateSourceDocument, CatalogueDocument } from "./catalogue-schema.ts";

export type SourceDocument = CatalogueDocument["sources"][string];

export function isAggregate(source: SourceDocument): source is AggregateSourceDocument {
  return source.kind === "aggregate";
}

export function typeOfAggregate({ type, aggregate }: AggregateFeatureDocument): FeatureType {
  return type ?? (aggregate === "count" || aggregate === "distinct" ? "integer" : "double");
}

/** What an aggregate feature asks of its source. */
export function toQuery(feature: AggregateFeatureDocument): AggregateQuery {
  return {
    aggregate: feature.aggregate,
    of: feature.of ?? "value",
    windowMs: durationMs(feature.window),
    delayMs: feature.delay === undefined ? 0 : durationMs(feature.delay),
    empty: feature.empty,
  };
}

/** What an aggregate feature is checked against. */
interface AggregateScope {
  /** Where the feature stands. */
  readonly path: DocumentPath;
  readonly report: Report;
  readonly types: ReadonlyMap<string, FeatureType>;
}

/** Its window lies within what the source keeps, and its type is one that the function can give. */
export function checkAggregate(
  feature: AggregateFeatureDocument,
  source: AggregateSourceDocument,
  { path, report, types }: AggregateScope,
): void {
  const query = toQuery(feature);
  if (query.windowMs + query.delayMs > durationMs(source.retain)) {
    report(
      [...path, "window"],
      `window and delay reach further back than ${feature.from} retains (${source.retain})`,
      "shorten the window or raise retain",
    );
  }
  const type = typeOfAggregate(feature);
  const whole = givesWholeNumbers(feature, query, source, types);
  if (type !== "double" && !(whole && type === "integer")) {
    report(
      [...path, "type"],
      `this ${feature.aggregate} is not of type ${type}`,
      whole ? 'use "integer" or "double"' : 'use "double"',
    );
  }
  if (query.of === "label" || feature.aggregate === "count") return;
  if (source.value === undefined) {
    report(
      [...path, "aggregate"],
      `${feature.from} counts events but keeps no value`,
      `give ${feature.from} a "value", or use "count"`,
    );
  } else if (feature.aggregate !== "distinct" && types.get(source.value) === "string") {
    report(
      [...path, "aggregate"],
      `a ${feature.aggregate} over texts has no meaning (${source.value} is a string)`,
      'use "distinct" or "count"',
    );
  }
}

/** Counts are whole, and so are sums and extremes of whole numbers (labels are 0 or 1, as a rule). */
function givesWholeNumbers(
  { aggregate }: AggregateFeatureDocument,
  { of }: AggregateQuery,
  { value }: AggregateSourceDocument,
  types: ReadonlyMap<string, FeatureType>,
): boolean {
  if (aggregate === "count" || aggregate === "distinct") return true;
  const type = value === undefined ? undefined : types.get(value);
  return aggregate !== "mean" && (of === "label" || type === "integer" || type === "boolean");
}

import { type Document, parseDocument } from "../documents/document.ts";
import type { Problem } from "../documents/problem.ts";
import type { DocumentPath } from "../documents/report.ts";
import { didYouMean } from "../documents/suggest.ts";
import type { AggregateQuery } from "../domain/aggregate.ts";
import { type FeatureType, type FeatureValue, hasType } from "../domain/feature.ts";
import { type Catalogue, type FeatureSpec, inputsOf, type Origin, occurredAt, type SourceSpec } from "./catalogue.ts";
import {
  type AggregateFeatureDocument,
  type CatalogueDocument,
  CatalogueSchema,
  type FeatureDocument,
  type SourceDocument,
} from "./catalogue-schema.ts";
import { derivationCompiler } from "./derive.ts";
import { durationMs } from "./duration.ts";

/** In-process sources answer in microseconds; this bounds the ones that do not. */
const defaultTimeoutMs = 50;
const defaultMaxLength = 1024;

/**
 * Reads a feature catalogue.
 * @param problems receives everything that is wrong with it.
 * @param types receives the declared features as soon as the document has its shape: policies can be checked against them
 * even when something else is wrong.
 * @returns undefined if anything is wrong.
 */
export function loadCatalogue(
  file: string,
  text: string,
  problems: Problem[],
  types: Map<string, FeatureType> = new Map(),
): Catalogue | undefined {
  const before = problems.length;
  const document = parseDocument(file, text, CatalogueSchema, problems);
  if (document === undefined) return undefined;
  types.set(occurredAt, "timestamp");
  for (const [name, feature] of Object.entries(document.value.features)) types.set(name, typeOf(feature));

  checkNames(document);
  const catalogue = toCatalogue(document, types);
  if (problems.length === before) checkCycles(catalogue, document);
  if (problems.length === before) checkAggregateInputs(catalogue, document);
  return problems.length === before ? catalogue : undefined;
}

/** Incomplete where problems were reported. */
function toCatalogue(document: CatalogueFile, types: ReadonlyMap<string, FeatureType>): Catalogue {
  const { sources, features } = document.value;
  for (const [name, source] of Object.entries(sources)) checkSource(name, source, document, types);
  const compile = derivationCompiler(types);
  const specs = new Map<string, FeatureSpec>();
  specs.set(occurredAt, { name: occurredAt, type: "timestamp", origin: { kind: "occurred_at" }, standIn: undefined });
  for (const [name, feature] of Object.entries(features)) {
    const origin = toOrigin(name, feature, document, types, compile);
    checkStandIn(name, feature, document);
    if (origin !== undefined) specs.set(name, { name, type: typeOf(feature), origin, standIn: standInOf(feature) });
  }
  return {
    sources: new Map(Object.entries(sources).map(([name, source]) => [name, toSource(name, source)])),
    features: specs,
  };
}

type CatalogueFile = Document<CatalogueDocument>;

function checkNames({ value, report }: CatalogueFile): void {
  if (Object.hasOwn(value.sources, "request")) {
    report(["sources", "request"], '"request" is the event itself and cannot be declared', "choose another name");
  }
  if (Object.hasOwn(value.features, occurredAt)) {
    report(["features", occurredAt], `"${occurredAt}" is always there and cannot be declared`, "choose another name");
  }
}

function typeOf(feature: FeatureDocument): FeatureType {
  if ("aggregate" in feature) {
    return feature.type ?? (feature.aggregate === "count" || feature.aggregate === "distinct" ? "integer" : "double");
  }
  return feature.type;
}

function toSource(name: string, source: SourceDocument): SourceSpec {
  const timeoutMs = source.timeoutMs ?? defaultTimeoutMs;
  return source.kind === "table"
    ? {
        kind: "table",
        name,
        table: source.table ?? name,
        key: source.key,
        keyColumns: source.keyColumns ?? source.key,
        timeoutMs,
      }
    : { kind: "aggregate", name, key: source.key, value: source.value, retainMs: durationMs(source.retain), timeoutMs };
}

function checkSource(
  name: string,
  source: SourceDocument,
  file: CatalogueFile,
  types: ReadonlyMap<string, FeatureType>,
): void {
  const path = ["sources", name];
  for (const [index, key] of source.key.entries()) checkKnown(key, [...path, "key", index], file, types);
  if (source.kind === "aggregate" && source.value !== undefined)
    checkKnown(source.value, [...path, "value"], file, types);
  if (source.kind === "table" && source.keyColumns !== undefined && source.keyColumns.length !== source.key.length) {
    file.report(
      [...path, "keyColumns"],
      `names ${source.keyColumns.length} columns for ${source.key.length} key features`,
      "name one column for each feature of key",
    );
  }
}

function checkKnown(
  name: string,
  path: DocumentPath,
  file: CatalogueFile,
  types: ReadonlyMap<string, FeatureType>,
): void {
  if (!types.has(name))
    file.report(path, `there is no feature "${name}"`, didYouMean(name, types.keys()) ?? "declare it under features");
}

function toOrigin(
  name: string,
  feature: FeatureDocument,
  file: CatalogueFile,
  types: ReadonlyMap<string, FeatureType>,
  compile: ReturnType<typeof derivationCompiler>,
): Origin | undefined {
  const path = ["features", name];
  if ("expr" in feature) {
    const derivation = compile(feature.expr, feature.type);
    if ("evaluate" in derivation) return { kind: "derived", derivation };
    file.report(
      [...path, "expr"],
      `at character ${derivation.offset + 1}: ${derivation.message}`,
      "expressions are CEL over features of this catalogue; int and double do not mix without double(x)",
    );
    return undefined;
  }
  if (feature.from === "request" && "path" in feature) {
    const { required = false, maxLength = defaultMaxLength } = feature as { required?: boolean; maxLength?: number };
    return { kind: "event", path: feature.path.split("."), required, maxLength };
  }
  const source = Object.hasOwn(file.value.sources, feature.from) ? file.value.sources[feature.from] : undefined;
  if (source === undefined) {
    file.report(
      [...path, "from"],
      `there is no source "${feature.from}"`,
      didYouMean(feature.from, [...Object.keys(file.value.sources), "request"]) ?? "declare it under sources",
    );
    return undefined;
  }
  if ("aggregate" in feature) {
    if (source.kind !== "aggregate") {
      file.report(
        [...path, "aggregate"],
        `"${feature.from}" is a ${source.kind} source and has no aggregates`,
        'use "path" to name a column',
      );
      return undefined;
    }
    const query = toQuery(feature);
    checkAggregate(feature, query, source, path, file, types);
    return { kind: "aggregate", source: feature.from, query };
  }
  if (source.kind !== "table") {
    file.report(
      [...path, "path"],
      `"${feature.from}" is an aggregate source and has no columns`,
      'use "aggregate" and "window"',
    );
    return undefined;
  }
  return { kind: "column", source: feature.from, column: feature.path };
}

function toQuery(feature: AggregateFeatureDocument): AggregateQuery {
  return {
    aggregate: feature.aggregate,
    of: feature.of ?? "value",
    windowMs: durationMs(feature.window),
    delayMs: feature.delay === undefined ? 0 : durationMs(feature.delay),
    empty: feature.empty,
  };
}

function checkAggregate(
  feature: AggregateFeatureDocument,
  query: AggregateQuery,
  source: Extract<SourceDocument, { kind: "aggregate" }>,
  path: DocumentPath,
  file: CatalogueFile,
  types: ReadonlyMap<string, FeatureType>,
): void {
  if (query.windowMs + query.delayMs > durationMs(source.retain)) {
    file.report(
      [...path, "window"],
      `window and delay reach further back than ${feature.from} retains (${source.retain})`,
      "shorten the window or raise retain",
    );
  }
  const type = typeOf(feature);
  const whole = givesWholeNumbers(feature, query, source, types);
  if (type !== "double" && !(whole && type === "integer")) {
    file.report(
      [...path, "type"],
      `this ${feature.aggregate} is not of type ${type}`,
      whole ? 'use "integer" or "double"' : 'use "double"',
    );
  }
  if (query.of === "label" || feature.aggregate === "count") return;
  if (source.value === undefined) {
    file.report(
      [...path, "aggregate"],
      `${feature.from} counts events but keeps no value`,
      `give ${feature.from} a "value", or use "count"`,
    );
  } else if (feature.aggregate !== "distinct" && types.get(source.value) === "string") {
    file.report(
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
  { value }: Extract<SourceDocument, { kind: "aggregate" }>,
  types: ReadonlyMap<string, FeatureType>,
): boolean {
  if (aggregate === "count" || aggregate === "distinct") return true;
  const type = value === undefined ? undefined : types.get(value);
  return aggregate !== "mean" && (of === "label" || type === "integer" || type === "boolean");
}

function standInOf(feature: FeatureDocument): FeatureValue | undefined {
  return feature.onMissing?.default;
}

function checkStandIn(name: string, feature: FeatureDocument, { report }: CatalogueFile): void {
  const value = standInOf(feature);
  const type = typeOf(feature);
  if (value === undefined || hasType(value, type)) return;
  report(
    ["features", name, "onMissing", "default"],
    `${JSON.stringify(value)} is not of type ${type}`,
    `use a value of type ${type}`,
  );
}

function checkCycles(catalogue: Catalogue, { report }: CatalogueFile): void {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (done.has(name)) return;
    const feature = catalogue.features.get(name);
    if (feature === undefined) return;
    if (trail.includes(name)) {
      const cycle = [...trail.slice(trail.indexOf(name)), name].join(" → ");
      report(
        ["features", name],
        `waits for itself: ${cycle}`,
        "break the cycle: a key or expression must not use what depends on it",
      );
      for (const member of trail) done.add(member);
      return;
    }
    for (const input of inputsOf(feature, catalogue.sources)) visit(input, [...trail, name]);
    done.add(name);
  };
  for (const name of catalogue.features.keys()) visit(name, []);
}

/**
 * Every decided event is counted, also when the answer came before any source was read; so what it counts under must be
 * known from the event alone.
 */
function checkAggregateInputs(catalogue: Catalogue, { report }: CatalogueFile): void {
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

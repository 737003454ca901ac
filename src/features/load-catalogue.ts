import { dirname } from "node:path";
import { type Document, parseDocument } from "../documents/document.ts";
import type { Problem } from "../documents/problem.ts";
import type { DocumentPath, Report } from "../documents/report.ts";
import { durationMs } from "../domain/duration.ts";
import { type FeatureType, type FeatureValue, hasType } from "../domain/feature.ts";
import type { SourceKindDefinition } from "../domain/source-kind.ts";
import { didYouMean } from "../domain/suggest.ts";
import {
  type Catalogue,
  type FeatureSpec,
  type FetchedSourceSpec,
  inputsOf,
  type Origin,
  occurredAt,
  type SourceSpec,
} from "./catalogue.ts";
import { type CatalogueDocument, catalogueSchema, type FeatureDocument } from "./catalogue-schema.ts";
import { checkAggregateInputs } from "./check-aggregate-inputs.ts";
import { derivationCompiler } from "./derive.ts";
import { checkAggregate, isAggregate, type SourceDocument, toQuery, typeOfAggregate } from "./load-aggregate.ts";
import { loadLists } from "./load-lists.ts";

/** In-process sources answer in microseconds; this bounds the ones that do not. */
const defaultTimeoutMs = 50;
const defaultMaxLength = 1024;

export interface CatalogueNames {
  /**
   * Receives the declared features as soon as the document has its shape: policies can be checked against them even when
   * something else is wrong.
   */
  readonly types?: Map<string, FeatureType>;
  /** Receives the declared lists likewise. */
  readonly lists?: Set<string>;
  /** Names of the lists that lie in files. */
  readonly listFiles?: ReadonlySet<string>;
}

/**
 * Reads a feature catalogue.
 * @param problems receives everything that is wrong with it.
 * @param kinds the kinds of source that there are besides aggregates.
 * @returns undefined if anything is wrong.
 */
export function loadCatalogue(
  file: string,
  text: string,
  problems: Problem[],
  kinds: readonly SourceKindDefinition[],
  { types = new Map(), lists = new Set(), listFiles = new Set() }: CatalogueNames = {},
): Catalogue | undefined {
  const before = problems.length;
  const document = parseDocument(file, text, catalogueSchema(kinds), problems);
  if (document === undefined) return undefined;
  types.set(occurredAt, "timestamp");
  for (const [name, feature] of Object.entries(document.value.features)) types.set(name, typeOf(feature));
  for (const name of Object.keys(document.value.lists ?? {})) lists.add(name);

  checkNames(document);
  const catalogue = { ...toCatalogue(document, kinds, types), lists: loadLists(document, kinds, listFiles) };
  if (problems.length === before) checkCycles(catalogue, document);
  if (problems.length === before) checkAggregateInputs(catalogue, document.report);
  return problems.length === before ? catalogue : undefined;
}

/** Incomplete where problems were reported. */
function toCatalogue(
  document: CatalogueFile,
  kinds: readonly SourceKindDefinition[],
  types: ReadonlyMap<string, FeatureType>,
): Omit<Catalogue, "lists"> {
  const { sources, features } = document.value;
  const specs = Object.entries(sources).map(([name, source]) => toSource(name, source, kinds));
  for (const spec of specs) checkSource(spec, document, types);
  const compile = derivationCompiler(types);
  const known = new Map<string, FeatureSpec>();
  known.set(occurredAt, { name: occurredAt, type: "timestamp", origin: { kind: "occurred_at" }, standIn: undefined });
  for (const [name, feature] of Object.entries(features)) {
    const origin = toOrigin(name, feature, { file: document, kinds, types, compile });
    checkStandIn(name, feature, document);
    if (origin !== undefined) known.set(name, { name, type: typeOf(feature), origin, standIn: standInOf(feature) });
  }
  return {
    sources: new Map(specs.map((spec) => [spec.name, spec])),
    features: known,
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

/** The type of a feature's values: as declared, or that of its aggregate. */
export function typeOf(feature: FeatureDocument): FeatureType {
  return "aggregate" in feature ? typeOfAggregate(feature) : feature.type;
}

function toSource(name: string, source: SourceDocument, kinds: readonly SourceKindDefinition[]): SourceSpec {
  if (isAggregate(source)) {
    const { key, value, retain, timeoutMs = defaultTimeoutMs } = source;
    return { kind: "aggregate", name, key, value, retainMs: durationMs(retain), timeoutMs };
  }
  // The document has passed the schema, so the kind is one of these.
  const definition = kinds.find(({ kind }) => kind === source.kind)!;
  return {
    kind: definition.kind as FetchedSourceSpec["kind"],
    name,
    key: definition.inputsOf(source),
    timeoutMs: source.timeoutMs ?? definition.defaultTimeoutMs,
    definition,
    entry: source,
  };
}

function checkSource(spec: SourceSpec, file: CatalogueFile, types: ReadonlyMap<string, FeatureType>): void {
  const path = ["sources", spec.name];
  if (spec.kind !== "aggregate") {
    const inKey = (name: string) => ["key", spec.key.indexOf(name)];
    const written = (spec.entry as { key?: unknown }).key;
    for (const name of spec.key)
      checkKnown(name, [...path, ...(Array.isArray(written) ? inKey(name) : [])], file, types);
    const report: Report = (within, message, fix) => file.report([...path, ...within], message, fix);
    spec.definition.check(spec.name, spec.entry, { types, report, folder: dirname(file.file) });
    return;
  }
  for (const [index, key] of spec.key.entries()) checkKnown(key, [...path, "key", index], file, types);
  if (spec.value !== undefined) checkKnown(spec.value, [...path, "value"], file, types);
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

interface OriginScope {
  readonly file: CatalogueFile;
  readonly kinds: readonly SourceKindDefinition[];
  readonly types: ReadonlyMap<string, FeatureType>;
  readonly compile: ReturnType<typeof derivationCompiler>;
}

function toOrigin(name: string, feature: FeatureDocument, scope: OriginScope): Origin | undefined {
  const { file, kinds, types, compile } = scope;
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
    if (!isAggregate(source)) {
      file.report(
        [...path, "aggregate"],
        `"${feature.from}" is a ${source.kind} source and has no aggregates`,
        'use "path" to name a part of its answer',
      );
      return undefined;
    }
    const query = toQuery(feature);
    checkAggregate(feature, source, { path, report: file.report, types });
    return { kind: "aggregate", source: feature.from, query };
  }
  if (isAggregate(source)) {
    file.report(
      [...path, "path"],
      `"${feature.from}" is an aggregate source and has no columns`,
      'use "aggregate" and "window"',
    );
    return undefined;
  }
  const wrong = kinds
    .find(({ kind }) => kind === source.kind)
    ?.checkPath(feature.path, source, { type: feature.type, folder: dirname(file.file) });
  if (wrong !== undefined) file.report([...path, "path"], wrong.message, wrong.fix);
  return { kind: "column", source: feature.from, path: feature.path };
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

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sourceKinds } from "../../../src/compose.ts";
import type { Bundle } from "../../../src/decide/bundle.ts";
import { compilePolicy } from "../../../src/decide/compile.ts";
import { decide } from "../../../src/decide/decide.ts";
import { createFeedback } from "../../../src/decide/feedback.ts";
import type { AggregateStore } from "../../../src/domain/aggregate.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import type { DecideRequest, Decision } from "../../../src/domain/decision.ts";
import type { Lists } from "../../../src/domain/lists.ts";
import type { FeatureSource, Fetch } from "../../../src/domain/source.ts";
import { fromEvent } from "../../../src/features/event-features.ts";
import { loadCatalogue } from "../../../src/features/load-catalogue.ts";
import type { Model, Scoring } from "../../../src/models/model.ts";
import { compiledEvaluator } from "../../../src/policy/compile.ts";
import { loadPolicy } from "../../../src/policy/load-policy.ts";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
import { aggregateSource } from "../../../src/sources/aggregate/source.ts";

export interface Documents {
  readonly sources?: object;
  readonly features: object;
  readonly policy: object;
  /** How each table answers, by its name. */
  readonly answers?: Readonly<Record<string, Fetch>>;
  /** Entries of lists by name. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** How each list answers that has to be fetched, by its name. */
  readonly fetchedLists?: Readonly<Record<string, Fetch>>;
  /** What each model scores, by `name/version`; its one input is `amount`. */
  readonly scores?: Readonly<Record<string, () => Promise<Scoring>>>;
}

/** The policy `p`, compiled over fake tables and the real aggregate store. */
export function bundleOf(documents: Documents, store?: AggregateStore): Bundle {
  const { sources = {}, features, policy, answers = {}, scores = {}, lists = {}, fetchedLists = {} } = documents;
  const problems: never[] = [];
  const asked = new Map(Object.entries(fetchedLists));
  const declared = Object.fromEntries([...asked.keys()].map((name) => [name, { kind: "redis", key: name }]));
  const text = JSON.stringify({ sources, features, lists: declared });
  const catalogue = loadCatalogue("features.json", text, problems, sourceKinds);
  const models = new Map(Object.entries(scores).map(([name, score]) => [name, modelOf(name, score)]));
  const types = catalogue && new Map([...catalogue.features].map(([name, { type }]) => [name, type]));
  const names = { lists: new Set([...Object.keys(lists), ...asked.keys()]), fetchedLists: new Set(asked.keys()) };
  const scope = { features: types, models: new Set(models.keys()), ...names };
  const document = { id: "p", outcomes: ["decline", "review", "approve"], default: "approve", rules: [], ...policy };
  const loaded = loadPolicy("p.json", JSON.stringify(document), scope, problems);
  if (catalogue === undefined || loaded === undefined) throw new Error(JSON.stringify(problems));
  const opened = [...catalogue.sources.values()].map((spec): [string, FeatureSource] => {
    const { name } = spec;
    if (spec.kind !== "aggregate") return [name, { name, kind: "table", prepare: () => answers[name]! }];
    const feature = spec.value === undefined ? undefined : catalogue.features.get(spec.value);
    const readValue = feature === undefined ? () => undefined : fromEvent(feature, catalogue);
    const source = { name, spec: { source: name, retainMs: spec.retainMs }, store: store!, valueOf: readValue };
    return [name, aggregateSource(source) as FeatureSource];
  });
  const listed = new Map(
    [...asked].map(([name, fetch]): [string, FeatureSource] => [name, { name, kind: "redis", prepare: () => fetch }]),
  );
  const parts = { catalogue, models, sources: new Map(opened), lists: listed, makeEvaluator: compiledEvaluator };
  return {
    digest: "digest",
    catalogue,
    models,
    policies: new Map([["p", compilePolicy(loaded, parts)]]),
    close: async () => {},
  };
}

function modelOf(name: string, score: () => Promise<Scoring>): Model {
  const [model, version] = name.split("/") as [string, string];
  const inputs = [{ name: "amount", type: "double", missing: "refuse" }] as const;
  return {
    manifest: { name: model, version, inputs } as unknown as Model["manifest"],
    score,
    percentile: () => 50,
    close: async () => {},
  };
}

export interface TestEngine {
  readonly store: AggregateStore;
  decide(request?: Partial<DecideRequest>, callerMs?: number): Promise<Decision>;
  readonly feedback: ReturnType<typeof createFeedback>;
}

export const noon = Date.UTC(2026, 0, 7, 12);

/** What the suite opened, closed after each test. */
const undos: (() => unknown)[] = [];
export async function closeAll(): Promise<void> {
  for (const undo of undos.splice(0).reverse()) await undo();
}

/** The engine's main path over the documents, with a store of its own in a folder that is removed. */
export function engineOf(
  documents: Documents,
  wrap: (store: AggregateStore) => AggregateStore = (same) => same,
): TestEngine {
  const folder = mkdtempSync(path.join(tmpdir(), "verdict-decide-"));
  const real = openAggregateStore({ path: folder });
  undos.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => real.close(),
  );
  const store = wrap(real);
  const bundle = bundleOf(documents, store);
  const lists: Lists = { has: (list, entry) => documents.lists?.[list]?.includes(entry) };
  const parts = {
    bundles: { current: () => bundle },
    aggregates: store,
    lists,
    clock: systemClock,
    onLateAnswer: () => {},
  };
  let count = 0;
  return {
    store: real,
    feedback: createFeedback(parts),
    decide: (request = {}, callerMs) => {
      count += 1;
      const arrivedMs = systemClock.monotonic();
      const whole = {
        requestId: `r${count}`,
        policy: "p",
        event: { customer: "alice", amount: 10 },
        occurredAtMs: noon,
        explain: false,
        dryRun: false,
        annotations: {},
        ...request,
      };
      const trace = { traceId: "t", spanId: "s", parentSpanId: undefined, sampled: false };
      return decide(whole, { arrivedMs, deadlineMs: callerMs && arrivedMs + callerMs, trace }, parts);
    },
  };
}

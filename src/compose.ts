import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Config } from "./config.ts";
import { type Bundle, type BundleOptions, loadBundle, type OpenSources } from "./decide/bundle.ts";
import { type Decide, decide } from "./decide/decide.ts";
import { createFeedback, type Feedback } from "./decide/feedback.ts";
import { type LiveBundles, openLiveBundles } from "./decide/live-bundles.ts";
import { loadedNames } from "./decide/loaded-names.ts";
import { passTests } from "./decide/test-policy.ts";
import { warmUp } from "./decide/warm-up.ts";
import { DocumentError } from "./documents/problem.ts";
import type { AggregateStore } from "./domain/aggregate.ts";
import { type Clock, systemClock } from "./domain/clock.ts";
import type { FeatureSource } from "./domain/source.ts";
import type { OpenSource, SourceEntry, SourceEnvironment, SourceKindDefinition } from "./domain/source-kind.ts";
import type { AggregateSourceSpec, Catalogue, SourceSpec } from "./features/catalogue.ts";
import { fromEvent } from "./features/event-features.ts";
import { createLogger, type Logger } from "./observe/logger.ts";
import { createMetrics, type Metrics } from "./observe/metrics/metrics.ts";
import { observed } from "./observe/observed.ts";
import { openTimingsFile, type TimingsFile } from "./observe/timings-file.ts";
import type { Tracing } from "./observe/tracing.ts";
import { limitWarnings, type Warn } from "./observe/warnings.ts";
import { compiledEvaluator } from "./policy/compile.ts";
import { referenceEvaluator } from "./policy/reference.ts";
import { openAggregateStore } from "./sources/aggregate/lmdb-store.ts";
import { aggregateSource } from "./sources/aggregate/source.ts";
import { openRedisAggregateStore } from "./sources/aggregate-redis/store.ts";
import { grpcKind } from "./sources/grpc/kind.ts";
import { connectRemote } from "./sources/grpc/remote.ts";
import { httpKind } from "./sources/http/kind.ts";
import { type FileLists, openFileLists } from "./sources/list/file-lists.ts";
import { listNamesIn } from "./sources/list/names.ts";
import { redisKind } from "./sources/redis/kind.ts";
import { type Settings, settingsOf } from "./sources/redis/settings.ts";
import { tableKind } from "./sources/table/kind.ts";
import type { TailOptions } from "./sources/tail/entry.ts";
import { remoteKind } from "./sources/tail/remote-kind.ts";
import { withTail } from "./sources/tail/tail.ts";

/** The kinds of source behind a network: a line for each. */
const remoteKinds: readonly SourceKindDefinition[] = [
  remoteKind(httpKind), //
  remoteKind(grpcKind),
  remoteKind(redisKind),
];

/** The kinds of source that a catalogue may name, besides aggregates. */
export const sourceKinds: readonly SourceKindDefinition[] = [tableKind as SourceKindDefinition, ...remoteKinds];

function isRemote(spec: SourceSpec): boolean {
  return spec.kind !== "aggregate" && remoteKinds.includes(spec.definition);
}

/** An engine, wired and ready to decide, without servers. */
export interface Engine {
  readonly decide: Decide;
  readonly feedback: Feedback;
  readonly bundles: LiveBundles;
  readonly lists: FileLists;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Sends what is buffered and closes stores; call after the last decision. */
  close(): Promise<void>;
}

/**
 * Wires an engine: the only place where parts meet.
 * @throws {DocumentError} if documents or models do not load; nothing stays open then.
 */
export async function composeEngine(config: Config): Promise<Engine> {
  const logger = createLogger(config.logLevel);
  const warn = limitWarnings(logger);
  const metrics = createMetrics();
  const store = openAggregates(config);
  const closing: (() => Promise<void>)[] = [() => store.close()];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const lists = await openLists(config, logger, metrics);
    closing.push(() => lists.close());
    const bundles = await openLiveBundles({
      folders: config,
      load: () =>
        loadBundle({
          ...bundleOptions(config),
          openSources: (catalogue) => openSources(catalogue, { store, config, warn, metrics }),
          connectModel: (to) => connectRemote(to, variableOf(config)),
        }),
      async examine(bundle) {
        await passTests(bundle);
        // The reference evaluator gains nothing by it, and would take seconds.
        if (config.evaluator === "compiled") await warmUp(bundle);
      },
      everyMs: config.reloadMs,
      graceMs: bundleGraceMs,
      now: systemClock.now,
      onSwap: (state) => {
        metrics.swapped();
        tellLoaded(bundles.current(), metrics);
        logger.info({ digest: state.digest }, "new documents decide");
      },
      onReject: ({ digest }, { reason, files }) => {
        const counts = files.map(({ file, change, problems }) => ({ file, change, problems: problems.length }));
        const withProblems = counts.filter(({ problems }) => problems > 0);
        metrics.rejected(new Map(withProblems.map(({ file, problems }) => [file, problems])));
        logger.error({ digest, reason, files: counts }, "changed documents are refused; the last good ones decide");
      },
      onMend: ({ digest }) => {
        metrics.mended();
        logger.info({ digest }, "the documents are again as they decide");
      },
      onOpen: metrics.bundlesOpen,
      onTrouble: (error) => logger.error({ error }, "something beside the documents failed while they were taken over"),
    });
    closing.push(() => bundles.close());
    tellLoaded(bundles.current(), metrics);
    const tracing = await openTracing(config, metrics);
    if (tracing !== undefined) closing.push(() => tracing.shutdown());
    const timings = openTimings(config, warn, metrics);
    if (timings !== undefined) closing.push(() => timings.close());
    // What is observed of the last decision comes a turn after its answer.
    closing.push(() => nextTurn());
    const parts = {
      bundles,
      aggregates: store,
      lists,
      clock: systemClock,
      onLateAnswer: metrics.lateAnswer,
    };
    return {
      decide: observed((request, call) => decide(request, call, parts), { logger, metrics, tracing, timings }),
      feedback: createFeedback(parts),
      bundles,
      lists,
      metrics,
      logger,
      clock: systemClock,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function tellLoaded(bundle: Bundle, metrics: Metrics): void {
  metrics.loaded(loadedNames(bundle));
  // As every breaker begins.
  const { sources, lists } = bundle.catalogue;
  for (const { name } of [...[...sources.values()].filter(isRemote), ...lists.values()]) metrics.tail.closed(name);
}

/** Loads the documents and models alone, to check or test them: sources are named but never asked. */
export async function loadDocuments(config: Config): Promise<Bundle> {
  return await loadBundle({
    ...bundleOptions(config),
    openSources: (catalogue) => ({
      sources: new Map([...catalogue.sources.values()].map((source) => [source.name, unopened(source)])),
      lists: new Map([...catalogue.lists.values()].map((list) => [list.name, unopened(list)])),
      close: async () => {},
    }),
  });
}

export function aggregatesFolder({ dataDir }: Config): string {
  return path.join(dataDir, "aggregates");
}

function openAggregates(config: Config): AggregateStore {
  if (config.aggregates === "embedded") return openAggregateStore({ path: aggregatesFolder(config) });
  return openRedisAggregateStore({ settings: aggregatesSettings(config) });
}

/** @throws {DocumentError} saying what is wrong with the servers named; never with a password in it. */
export function aggregatesSettings(config: Config): Settings {
  try {
    return settingsOf(config.aggregatesConnection, { variable: variableOf(config), timeoutMs: aggregatesTimeoutMs });
  } catch (error) {
    const place = { file: "the configuration", line: 0, column: 0, path: "aggregatesConnection" };
    const fix = 'mend aggregatesConnection (VERDICT_AGGREGATES_CONNECTION), or set "aggregates": "embedded"';
    throw new DocumentError([{ ...place, message: (error as Error).message, fix }]);
  }
}

/** As long as one question to aggregates on Redis may take. */
const aggregatesTimeoutMs = 50;

function listsDir(policiesDir: string): string {
  return path.join(policiesDir, "lists");
}

/** @throws {DocumentError} if a list is not good: an engine does not begin to decide without it. */
async function openLists({ policiesDir, reloadMs }: Config, logger: Logger, metrics: Metrics): Promise<FileLists> {
  const lists = await openFileLists({
    directory: listsDir(policiesDir),
    everyMs: reloadMs,
    onLoaded: ({ name, loaded }) => {
      metrics.list(name, loaded?.entries ?? 0, true);
      logger.info({ list: name, entries: loaded?.entries, digest: loaded?.digest }, "a list is looked up in");
    },
    onProblem: ({ name, loaded, problem }) => {
      metrics.list(name, loaded?.entries ?? 0, false);
      logger.error({ list: name, problem }, "a list is refused; its last good state is looked up in");
    },
  });
  const problems = lists.state().flatMap(({ problem }) => problem ?? []);
  if (problems.length === 0) return lists;
  await lists.close();
  const [file, fix] = [listsDir(policiesDir), "mend the list; `verdict list check` tells when it is good"];
  throw new DocumentError(problems.map((message) => ({ file, line: 0, column: 0, path: "$", message, fix })));
}

/** What a decision may take after its deadline, at worst, on a machine that is short of processors. */
const bundleGraceMs = 5_000;

function bundleOptions({ policiesDir, modelsDir, evaluator }: Config): Omit<BundleOptions, "openSources"> {
  return {
    policiesDir,
    modelsDir,
    sourceKinds,
    listNames: () => listNamesIn(listsDir(policiesDir)),
    makeEvaluator: evaluator === "compiled" ? compiledEvaluator : referenceEvaluator,
  };
}

/** Loading the OpenTelemetry SDK takes a third of the start: only what sends traces waits for it. */
async function openTracing(config: Config, metrics: Metrics): Promise<Tracing | undefined> {
  const { otlpEndpoint, traceOneIn, traceMaxPerSecond } = config;
  if (otlpEndpoint === undefined) return undefined;
  const { startTracing } = await import("./observe/tracing.ts");
  metrics.traces.cap(traceMaxPerSecond);
  return startTracing(
    { endpoint: otlpEndpoint, keepOneIn: traceOneIn, maxPerSecond: traceMaxPerSecond },
    { ...metrics.traces, lost: (spans) => metrics.dropped("spans", spans) },
  );
}

function openTimings({ timingsFile }: Config, warn: Warn, metrics: Metrics): TimingsFile | undefined {
  if (timingsFile === undefined) return undefined;
  return openTimingsFile({
    path: timingsFile,
    onDropped: (lines) => metrics.dropped("timings", lines),
    onProblem: (error) =>
      warn(
        "timings",
        { file: timingsFile, problem: error instanceof Error ? error.message : String(error) },
        "timings of decisions are lost: see that the file can be written, or leave timingsFile out",
      ),
  });
}

function unopened({ name, kind }: Pick<FeatureSource, "name" | "kind">): FeatureSource {
  return {
    name,
    kind,
    prepare: () => () => {
      throw new Error(`source ${name} is not open`);
    },
  };
}

export function variableOf({ variables }: Config): SourceEnvironment["variable"] {
  return (name) => {
    const value = variables[name];
    if (value === undefined || value === "")
      throw new Error(`the variable ${name} is not set; sources and remote models need it in the engine's environment`);
    return value;
  };
}

interface SourceParts {
  readonly store: AggregateStore;
  readonly config: Config;
  readonly warn: Warn;
  readonly metrics: Metrics;
}

function openSources(catalogue: Catalogue, { store, config, warn, metrics }: SourceParts): OpenSources {
  const { dataDir, policiesDir } = config;
  const sources = new Map<string, FeatureSource>();
  const lists = new Map<string, FeatureSource>();
  const closing: (() => Promise<void>)[] = [];
  const environment: SourceEnvironment = {
    dataDir,
    policiesDir,
    variable: variableOf(config),
    onProblem: (source, problem) => warn(`${source}: ${problem}`, { source, problem }, "a source has a problem"),
  };
  const close = async () => {
    await Promise.all(closing.map((step) => step()));
  };
  const tailed = ({ source }: OpenSource, entry: SourceEntry) =>
    withTail(source, entry as TailOptions, { events: metrics.tail });
  try {
    for (const spec of catalogue.sources.values()) {
      const { name } = spec;
      if (spec.kind !== "aggregate") {
        const opened = spec.definition.open(name, spec.entry, environment);
        closing.push(() => opened.close());
        sources.set(name, (isRemote(spec) ? tailed(opened, spec.entry) : opened.source) as FeatureSource);
      } else {
        sources.set(name, aggregatesOf(spec, store, catalogue));
      }
    }
    for (const { name, entry, definition } of catalogue.lists.values()) {
      const opened = definition.open(name, entry, environment);
      closing.push(() => opened.close());
      lists.set(name, tailed(opened, entry) as FeatureSource);
    }
  } catch (error) {
    // What cannot be opened fails the whole, and nothing of it may stay open.
    void close();
    throw error;
  }
  return { sources, lists, close };
}

/** One aggregate source of the catalogue, over the store that has them all. */
export function aggregatesOf(
  { name, value, retainMs }: AggregateSourceSpec,
  store: Pick<AggregateStore, "read">,
  catalogue: Catalogue,
): FeatureSource {
  const feature = value === undefined ? undefined : catalogue.features.get(value);
  const readValue = feature === undefined ? () => undefined : fromEvent(feature, catalogue);
  return aggregateSource({ name, spec: { source: name, retainMs }, store, valueOf: readValue }) as FeatureSource;
}

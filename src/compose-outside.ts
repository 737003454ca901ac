import { aggregatesFolder, aggregatesOf, aggregatesSettings, variableOf } from "./compose.ts";
import type { Config } from "./config.ts";
import type { AggregateStore } from "./domain/aggregate.ts";
import type { Probe } from "./domain/probe.ts";
import type { FeatureSource } from "./domain/source.ts";
import type { SourceEnvironment } from "./domain/source-kind.ts";
import type { Catalogue, ListSpec, SourceSpec } from "./features/catalogue.ts";
import type { RemoteManifest } from "./models/manifest-schema.ts";
import { modelProbe } from "./models/open-inference/probe.ts";
import { lookAtStore } from "./sources/aggregate/probe.ts";
import { aggregatesProbe } from "./sources/aggregate-redis/probe.ts";
import { openRedisAggregateStore } from "./sources/aggregate-redis/store.ts";
import { fillVariables } from "./sources/credentials.ts";
import { connectRemote } from "./sources/grpc/remote.ts";

/**
 * What lies outside an engine, for people who look at it: opened piece by piece, so that each says why it cannot be, and
 * asked directly, without the cache, the breaker and all else that stands between it and decisions. Nothing is written.
 */
export interface Outside {
  /** @throws saying why it cannot be opened; so do the next three. */
  source(spec: SourceSpec): { readonly source: FeatureSource; readonly probe: Probe | undefined };
  list(spec: ListSpec): Probe;
  model(manifest: RemoteManifest): Probe;
  aggregates(): Probe;
  close(): Promise<void>;
}

export function openOutside(catalogue: Catalogue, config: Config): Outside {
  const variable = variableOf(config);
  const closing: (() => unknown)[] = [];
  const { dataDir, policiesDir } = config;
  // A problem is found by asking, and said once.
  const environment: SourceEnvironment = { dataDir, policiesDir, variable, onProblem: () => {} };
  let store: { readonly probe: Probe; readonly read: AggregateStore["read"] } | undefined;
  const aggregates = () => {
    if (store !== undefined) return store;
    const opened = config.aggregates === "embedded" ? lookAtStore(aggregatesFolder(config)) : lookAtRedis(config);
    closing.push(() => opened.close());
    store = opened;
    return opened;
  };
  return {
    source(spec) {
      if (spec.kind === "aggregate") {
        const { probe } = aggregates();
        return { source: aggregatesOf(spec, aggregates(), catalogue), probe };
      }
      const { source, probe, close } = spec.definition.open(spec.name, spec.entry, environment);
      closing.push(close);
      return { source: source as FeatureSource, probe };
    },
    list({ name, definition, entry }) {
      const list = definition.connect(entry, environment);
      closing.push(() => list.close());
      return {
        place: list.place,
        keepsConnection: true,
        async ask() {
          const entries = await list.size();
          if (entries === undefined)
            throw new Error(`the list is lost, or was never made; fill it with verdict list add ${name} --create`);
          return { detail: `${entries.toLocaleString("en")} ${entries === 1 ? "entry" : "entries"}` };
        },
      };
    },
    model(manifest) {
      const remote = connectRemote(manifest.runtime, variable);
      closing.push(() => remote.close());
      return modelProbe(manifest, remote, (template) => fillVariables(template, variable));
    },
    aggregates: () => aggregates().probe,
    async close() {
      await Promise.all(closing.splice(0).map((close) => close()));
    },
  };
}

function lookAtRedis(config: Config) {
  const settings = aggregatesSettings(config);
  const { probe, close } = aggregatesProbe(settings);
  const store = openRedisAggregateStore({ settings });
  const read: AggregateStore["read"] = (...all) => store.read(...all);
  return {
    probe,
    read,
    async close() {
      close();
      await store.close();
    },
  };
}

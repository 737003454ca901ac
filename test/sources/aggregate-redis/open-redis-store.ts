import { randomUUID } from "node:crypto";
import type { AggregateStore } from "../../../src/domain/aggregate.ts";
import { openRedisAggregateStore, type RedisStoreOptions } from "../../../src/sources/aggregate-redis/store.ts";
import type { ConnectionEntry } from "../../../src/sources/redis/connection-entry.ts";
import { settingsOf } from "../../../src/sources/redis/settings.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import type { Address } from "../../support/faults/proxy.ts";
import type { OpenedStore } from "../aggregate/open-store.ts";

/** Long enough for a machine that is busy with other tests. */
const patientMs = 10_000;

/** A store of its own on a Redis or a cluster that others use as well. */
export function openOwn(
  connection: ConnectionEntry,
  options: Pick<RedisStoreOptions, "exactLimit" | "prefix"> = {},
): OpenedStore {
  const store = openRedisAggregateStore({ settings: settings(connection), prefix: `${randomUUID()}:`, ...options });
  return { store, dispose: () => store.close() };
}

/** A store that is closed with the test. */
export function openStore(
  clean: CleanUp,
  { host, port }: Address,
  { timeoutMs = patientMs, ...options }: Partial<RedisStoreOptions> & { readonly timeoutMs?: number } = {},
): AggregateStore {
  const store = openRedisAggregateStore({ settings: settings(`redis://${host}:${port}`, timeoutMs), ...options });
  clean.later(() => store.close());
  return store;
}

function settings(connection: ConnectionEntry, timeoutMs = patientMs) {
  const variable = (name: string): string => {
    throw new Error(`the variable ${name} is not set`);
  };
  return settingsOf(connection, { variable, timeoutMs });
}

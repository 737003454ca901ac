import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { AggregateStore } from "../../domain/aggregate.ts";
import type { Probe } from "../../domain/probe.ts";
import { openAggregateStore } from "./lmdb-store.ts";
import { emptyRecord } from "./record.ts";
import { evaluateAll } from "./window.ts";

/** The embedded store to be looked at: opened if it is there, and never made, for it must belong to the engine. */
interface LookedAt {
  readonly probe: Probe;
  readonly read: AggregateStore["read"];
  close(): Promise<void>;
}

/** @param folder of the store, see `LmdbStoreOptions.path`. */
export function lookAtStore(folder: string): LookedAt {
  let store: AggregateStore | undefined;
  const open = () => {
    if (existsSync(folder)) store ??= openAggregateStore({ path: folder });
    return store;
  };
  return {
    probe: {
      place: folder,
      keepsConnection: true,
      async ask() {
        if (open() === undefined) return { detail: "not there yet: an engine makes it when it starts" };
        const { size } = statSync(path.join(folder, "data.mdb"));
        return { detail: `embedded, ${(size / 1e6).toFixed(1)} MB` };
      },
    },
    read: (spec, key, atMs, queries, ...rest) =>
      open()?.read(spec, key, atMs, queries, ...rest) ?? evaluateAll(emptyRecord, atMs, queries),
    close: async () => store?.close(),
  };
}

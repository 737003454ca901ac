import { type BigIntStats, statSync } from "node:fs";
import { readDescription, type TableDescription } from "./description.ts";
import { type TablePlace, tablePlace, versionFile } from "./place.ts";
import { openRows, type RowStore } from "./rows.ts";

/** One version of a table, open for lookups. */
interface ServedVersion {
  readonly description: TableDescription;
  readonly rows: RowStore;
}

/** A table that follows its loads. */
export interface ServedTable {
  /**
   * The version to look up in: valid for the current turn of the event loop only.
   * @throws Error when the table was never loaded or cannot be opened
   */
  current(): ServedVersion;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly dataDir: string;
  readonly table: string;
  /** How often to look for a newly loaded version, in milliseconds. One `stat` each, off the path of lookups. */
  readonly checkEveryMs?: number | undefined;
  /** Told when a newly loaded version cannot be opened; the one before is served on, and opening is tried again. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** Opens a table, whether or not it was loaded yet. */
export function serveTable({ dataDir, table, checkEveryMs = 200, onError }: ServeOptions): ServedTable {
  const place = tablePlace(dataDir, table);
  let served: ServedVersion | undefined;
  let seen: string | undefined;
  let failure: Error | undefined;

  function follow(): void {
    try {
      const stamp = pointerStamp(place);
      if (stamp === seen) return;
      const previous = served;
      served = openVersion(place);
      seen = stamp;
      failure = undefined;
      // Lookups end within their turn of the event loop, so nobody is in the version before.
      previous?.rows.close().catch(() => {});
    } catch (error) {
      const repeated = error instanceof Error && error.message === failure?.message;
      failure = error instanceof Error ? error : new Error(String(error));
      if (!repeated) onError?.(failure);
    }
  }

  follow();
  const timer = setInterval(follow, checkEveryMs).unref();

  return {
    current() {
      if (served !== undefined) return served;
      throw failure ?? new Error(`table ${table} is not loaded: run verdict table load ${table} FILE`);
    },
    async close() {
      clearInterval(timer);
      await served?.rows.close();
      served = undefined;
      failure = new Error(`table ${table} is closed`);
    },
  };
}

/** Tells one state of the pointer from another: each load puts a new file in its place. */
function pointerStamp(place: TablePlace): string | undefined {
  const stats: BigIntStats | undefined = statSync(place.pointer, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.ino} ${stats.mtimeNs}`;
}

function openVersion(place: TablePlace): ServedVersion | undefined {
  for (;;) {
    const description = readDescription(place);
    if (description === undefined) return undefined;
    try {
      return { description, rows: openRows(versionFile(place, description.version), description.bytes) };
    } catch (error) {
      // Between reading the pointer and opening, a load may have replaced the version and removed its file.
      if (readDescription(place)?.version === description.version) throw error;
    }
  }
}

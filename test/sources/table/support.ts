import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FeatureValue } from "../../../src/domain/feature.ts";
import type { SourceAnswer, SourceRequest } from "../../../src/domain/source.ts";
import type { SourceFeature } from "../../../src/domain/source-kind.ts";
import { tableSource } from "../../../src/sources/table/source.ts";

/** A directory for one test, with the data directory and the files to load in it. */
export interface Workspace {
  readonly directory: string;
  readonly dataDir: string;
  /** Writes a file into it. @returns its path */
  write(name: string, contents: string | Uint8Array): string;
  remove(): void;
}

export function createWorkspace(): Workspace {
  const directory = mkdtempSync(join(tmpdir(), "verdict-table-"));
  return {
    directory,
    dataDir: join(directory, "data"),
    write(name, contents) {
      const path = join(directory, name);
      writeFileSync(path, contents);
      return path;
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A source's request for one key. */
export function requestFor(...key: readonly FeatureValue[]): SourceRequest {
  return {
    key,
    event: { requestId: "r1", occurredAtMs: 0, attributes: {} },
    include: false,
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    traceparent: "",
  };
}

/** What the table answers for each key now. */
export async function lookUp(
  dataDir: string,
  table: string,
  features: readonly SourceFeature[],
  keys: readonly (readonly FeatureValue[])[],
): Promise<SourceAnswer[]> {
  const source = tableSource({ name: "source", table, dataDir });
  try {
    const fetch = source.prepare(features);
    return await Promise.all(keys.map((key) => fetch(requestFor(...key))));
  } finally {
    await source.close();
  }
}

/** Waits until the condition holds; a test that never sees it fails by mocha's timeout. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

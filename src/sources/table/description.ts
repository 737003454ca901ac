import { readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { FeatureType } from "../../domain/feature.ts";
import { type TablePlace, tablePlace } from "./place.ts";

export interface TableColumn {
  readonly name: string;
  readonly type: FeatureType;
}

/** A loaded table: what it holds and where it came from. Kept as the table's pointer, `current.json`. */
export interface TableDescription {
  /** The layout of the table's files; a reader refuses layouts it does not know. */
  readonly layout: 1;
  readonly table: string;
  readonly version: string;
  /** The key's columns, in the key's order. */
  readonly key: readonly string[];
  /** In the order of the stored rows. */
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** Size of the stored table. */
  readonly bytes: number;
  /** The file it was loaded from, without its directory, and the SHA-256 of its bytes (hex). */
  readonly file: string;
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly loadedAt: string;
}

/**
 * The description of the table that is served now; undefined when none was ever loaded.
 * @throws Error when the table's pointer cannot be read or is of an unknown layout
 */
export function describeTable(dataDir: string, name: string): TableDescription | undefined {
  return readDescription(tablePlace(dataDir, name));
}

/** As `describeTable`, for a place known already. */
export function readDescription(place: TablePlace): TableDescription | undefined {
  let text: string;
  try {
    text = readFileSync(place.pointer, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const description = parseDescription(text);
  if (description !== undefined) return description;
  throw new Error(`${place.pointer} is not of this version of Verdict, or broken: load table ${place.name} again`);
}

function parseDescription(text: string): TableDescription | undefined {
  try {
    const description = JSON.parse(text) as TableDescription;
    return description.layout === 1 ? description : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a version the served one, in one step and durably. Its file must be on the disk already. */
export async function publish(place: TablePlace, description: TableDescription): Promise<void> {
  const draft = join(place.directory, `${description.version}.draft`);
  const file = await open(draft, "wx");
  try {
    await file.writeFile(`${JSON.stringify(description, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, place.pointer);
  // From here on the version is served: a file system that cannot sync directories must not undo that.
  await syncToDisk(place.directory).catch(() => {});
}

/** Forces a file's or a directory's contents to the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

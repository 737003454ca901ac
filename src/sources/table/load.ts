import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rmdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { FeatureType } from "../../domain/feature.ts";
import { publish, readDescription, syncToDisk, type TableDescription } from "./description.ts";
import { type Filled, fillTable, type LoadProgress } from "./fill.ts";
import { lockTable } from "./lock.ts";
import { openTableFile, type TableFormat } from "./open-file.ts";
import { newVersion, removeAllBut, removeVersion, type TablePlace, tablePlace, versionFile } from "./place.ts";
import { TableLoadError, UnreadableFile } from "./problems.ts";
import type { TableFile } from "./table-file.ts";

export interface LoadRequest {
  readonly dataDir: string;
  /** The table's name: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly file: string;
  /** Default: by the file's ending. */
  readonly format?: TableFormat | undefined;
  /** Names of the key's columns, in the key's order. No two rows may share a key. */
  readonly key: readonly string[];
  /** Types of columns. Columns not named here are kept with the file's own type; in CSV that is string. */
  readonly columns?: Readonly<Record<string, FeatureType>> | undefined;
  /** Without it a file of no rows is refused: it is more often an export that failed than a table to be emptied. */
  readonly allowEmpty?: boolean | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Aborting it ends the load, which then throws the signal's reason; the table stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads a file as a table's new contents and makes them the served ones in one step; processes that serve the table
 * follow by themselves. Whatever goes wrong, the table stays as it was and nothing is left behind.
 * @throws TableLoadError when the file is not what it should be; Error when another load of the table is under way
 */
export async function loadTable(request: LoadRequest): Promise<TableDescription> {
  const place = tablePlace(request.dataDir, request.name);
  checkKeyColumns(request);
  const unlock = await lockTable(place);
  try {
    return await replaceTable(place, request);
  } catch (error) {
    throw error instanceof UnreadableFile ? new TableLoadError(request.name, request.file, [error.problem], 1) : error;
  } finally {
    await unlock();
    // Of a table that was never loaded nothing is to remain; the directory of one that was is not empty.
    await rmdir(place.directory).catch(() => {});
  }
}

function checkKeyColumns({ name, key }: LoadRequest): void {
  if (key.length === 0) throw new Error(`table ${name} has no key: name its key columns`);
  if (new Set(key).size < key.length) throw new Error(`table ${name} has a column twice in its key: name each once`);
}

async function replaceTable(place: TablePlace, request: LoadRequest): Promise<TableDescription> {
  await removeLeftovers(place);
  const version = newVersion();
  let description: TableDescription;
  try {
    description = await buildVersion(place, version, request);
    await publish(place, description);
  } catch (error) {
    await removeVersion(place, version);
    throw error;
  }
  // The new version is served already: what cannot be removed now is left to the next load.
  await removeAllBut(place, version).catch(() => {});
  return description;
}

/** A pointer that cannot be read does not say which version is served: then nothing is removed, but loading mends it. */
async function removeLeftovers(place: TablePlace): Promise<void> {
  let served: string | undefined;
  try {
    served = readDescription(place)?.version;
  } catch {
    return;
  }
  await removeAllBut(place, served);
}

/** Writes the file's rows as a version of their own, complete and on the disk, but not served yet. */
async function buildVersion(place: TablePlace, version: string, request: LoadRequest): Promise<TableDescription> {
  const path = versionFile(place, version);
  const file = await openTableFile(request.file, request.format);
  const stampBefore = await fileStamp(request.file);
  const filled = await fillVersion(path, file, request);
  const sha256 = await fileDigest(request.file, request.signal);
  if ((await fileStamp(request.file)) !== stampBefore) {
    throw new UnreadableFile({ problem: "the file changed while it was read", mend: "load it when it is complete" });
  }
  await syncToDisk(path);
  return {
    layout: 1,
    table: request.name,
    version,
    key: request.key,
    columns: filled.columns,
    rows: filled.rows,
    bytes: (await stat(path)).size,
    file: basename(request.file),
    sha256,
    loadedAt: new Date().toISOString(),
  };
}

async function fillVersion(path: string, file: TableFile, request: LoadRequest): Promise<Filled> {
  const shape = { key: request.key, columns: new Map(Object.entries(request.columns ?? {})) };
  let filled: Filled;
  try {
    filled = await fillTable({ path, file, shape, onProgress: request.onProgress, signal: request.signal });
  } finally {
    await file.close();
  }
  const { problems, rows } = filled;
  if (problems.count === 0 && rows === 0 && request.allowEmpty !== true) {
    throw new UnreadableFile({ problem: "the file has no rows", mend: "check the export, or allow an empty table" });
  }
  if (problems.count > 0) throw new TableLoadError(request.name, request.file, problems.shown, problems.count);
  return filled;
}

async function fileStamp(file: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(file, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}

async function fileDigest(file: string, signal: AbortSignal | undefined): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    signal?.throwIfAborted();
    digest.update(chunk as Buffer);
  }
  return digest.digest("hex");
}

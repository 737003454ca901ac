import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Where one table lives: a directory of its own, holding the served version and the pointer to it. */
export interface TablePlace {
  readonly name: string;
  readonly directory: string;
  /** The pointer: names the served version and describes it. Replaced by rename, so it is always whole. */
  readonly pointer: string;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** @throws Error for a name that is not letters, digits, `_` and `-`: it becomes a directory's name. */
export function tablePlace(dataDir: string, name: string): TablePlace {
  if (!namePattern.test(name)) {
    throw new Error(
      `${JSON.stringify(name)} is not a table name: use 1 to 64 letters, digits, _ and -, beginning with a letter or digit`,
    );
  }
  const directory = join(dataDir, "tables", name);
  return { name, directory, pointer: join(directory, "current.json") };
}

/** A name for a new version that no other version has. */
export function newVersion(): string {
  return `${Date.now()}-${randomBytes(4).toString("hex")}`;
}

/** The LMDB file of a version. LMDB keeps a `-lock` file beside it. */
export function versionFile(place: TablePlace, version: string): string {
  return join(place.directory, `${version}.mdb`);
}

/**
 * Removes every file but the pointer, the given version and the locks of loads: what a killed load left, and versions
 * replaced. A process that still serves a replaced version keeps its mapping of the unlinked file until it closes it.
 * Call it with the table locked.
 */
export async function removeAllBut(place: TablePlace, version: string | undefined): Promise<void> {
  for (const file of await readdir(place.directory)) {
    const kept = file === "current.json" || file.endsWith(".loading") || belongsTo(file, version);
    if (!kept) await rm(join(place.directory, file), { force: true, recursive: true });
  }
}

/** Removes one version, whole or half built. Call it with the table locked. */
export async function removeVersion(place: TablePlace, version: string): Promise<void> {
  for (const ending of ["mdb", "mdb-lock", "draft"]) {
    await rm(join(place.directory, `${version}.${ending}`), { force: true });
  }
}

function belongsTo(file: string, version: string | undefined): boolean {
  return file === `${version}.mdb` || file === `${version}.mdb-lock`;
}

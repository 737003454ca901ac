import type { BigIntStats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

const ending = ".txt";
const namePattern = /^[a-z][a-z0-9_-]*$/;

/** Whether a list may have that name. */
export function isListName(name: string): boolean {
  return namePattern.test(name);
}

/** The file of a list. */
export function listFile(directory: string, name: string): string {
  return path.join(directory, `${name}${ending}`);
}

/** The lists in a directory, sorted; none when there is no such directory. */
export async function listNamesIn(directory: string): Promise<string[]> {
  return [...(await lookAtLists(directory)).keys()];
}

/** A list's file as it was seen. */
export interface SeenFile {
  /** Changes whenever the file does. */
  readonly stamp: string;
  readonly bytes: number;
}

/**
 * The lists in a directory by name, with the states of their files.
 * @throws what the file system throws, but for a directory that does not exist: it has no lists
 */
export async function lookAtLists(directory: string): Promise<Map<string, SeenFile>> {
  const seen = new Map<string, SeenFile>();
  for (const file of (await filesIn(directory)).sort()) {
    const name = file.slice(0, -ending.length);
    if (!file.endsWith(ending) || !isListName(name)) continue;
    const found = await stat(path.join(directory, file), { bigint: true }).catch(() => undefined);
    if (found?.isFile()) seen.set(name, { stamp: stampOf(found), bytes: Number(found.size) });
  }
  return seen;
}

/** Files that were meant as lists, but are named as none: capital letters, spaces. */
export async function misnamedIn(directory: string): Promise<string[]> {
  const files = await filesIn(directory);
  return files
    .filter((file) => file.endsWith(ending) && !file.startsWith(".") && !isListName(file.slice(0, -ending.length)))
    .sort();
}

/** With the time of the last change of its rights too: a file that could not be read may be readable after that. */
export function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

async function filesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open, type RootDatabase } from "lmdb";
import type { FeatureValue } from "../../domain/feature.ts";

export type Cell = FeatureValue | null;

/**
 * A row as it is stored: the number of its row in the file, then its cells in column order. A row may be shorter than
 * the table is wide (JSON lines may bring a column late); the cells it lacks are null.
 */
export type StoredRow = readonly [row: number, ...cells: Cell[]];

export type RowStore = RootDatabase<StoredRow, Buffer>;

const format = { keyEncoding: "binary", encoding: "msgpack" } as const;

/** A new, empty store. Nothing in it is safe from a power cut until it is closed and synced: it is built aside. */
export function createRows(path: string): RowStore {
  return open<StoredRow, Buffer>({ path, ...format, noSync: true });
}

/**
 * An existing store, for reading.
 * @param bytes its size.
 * @throws Error when the file is gone, of another size or no store
 */
export function openRows(path: string, bytes: number): RowStore {
  if (!isStore(path, bytes)) throw new Error(`${path} is damaged or was not copied whole: load the table again`);
  return open<StoredRow, Buffer>({ path, ...format, readOnly: true });
}

/** What the first page of every LMDB file has behind its header (`MDB_MAGIC`; lmdb 3.5's header is 24 bytes long). */
const magic = { at: 24, bytes: Buffer.from([0xde, 0xc0, 0xef, 0xbe]) } as const;

/** LMDB's binding ends the process where it is given a file that is none of its own, or only the beginning of one. */
function isStore(path: string, bytes: number): boolean {
  const file = openSync(path, "r");
  try {
    const found = Buffer.alloc(magic.bytes.length);
    readSync(file, found, 0, found.length, magic.at);
    return fstatSync(file).size === bytes && found.equals(magic.bytes);
  } finally {
    closeSync(file);
  }
}

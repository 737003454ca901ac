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

/** An existing store, for reading. @throws Error when the file is gone or is no store */
export function openRows(path: string): RowStore {
  return open<StoredRow, Buffer>({ path, ...format, readOnly: true });
}

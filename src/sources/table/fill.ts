import { setImmediate } from "node:timers/promises";
import type { TableColumn } from "./description.ts";
import { encodeKey } from "./key.ts";
import { createPacker, type Packer, type TableShape } from "./pack-rows.ts";
import { type LoadProblem, ProblemList, shortened, UnreadableFile } from "./problems.ts";
import { createRows, type RowStore } from "./rows.ts";
import type { BrokenRow, FileRow, TableFile } from "./table-file.ts";

/** How far a load has come. Bytes are those of the file, rows for formats that say how many they hold. */
export interface LoadProgress {
  readonly unit: "bytes" | "rows";
  readonly done: number;
  readonly total: number;
  /** Rows read so far, and how many a second since the load began. */
  readonly rows: number;
  readonly rowsPerSecond: number;
}

/** What a load wrote. With problems it is of no use. */
export interface Filled {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  readonly problems: ProblemList;
}

/**
 * Writes a file's rows into a new store, a transaction a batch, and gathers every problem on the way: after the first
 * one the store is of no use, but the rest of the file is still checked, so that it can be mended in one go.
 */
export async function fillTable({
  path,
  file,
  shape,
  onProgress,
  signal,
}: {
  readonly path: string;
  readonly file: TableFile;
  readonly shape: TableShape;
  readonly onProgress: ((progress: LoadProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}): Promise<Filled> {
  const packer = createPacker(shape, file);
  const problems = new ProblemList();
  if (file.columnsFixed) problems.addAll(packer.absent());
  if (problems.count > 0) return { rows: 0, columns: [], problems };

  const store = createRows(path);
  const startMs = performance.now();
  let rows = 0;
  try {
    for await (const batch of file.batches) {
      signal?.throwIfAborted();
      store.transactionSync(() => {
        for (const row of batch) problems.addAll(storeRow(store, packer, shape, row));
      });
      rows += batch.length;
      const seconds = (performance.now() - startMs) / 1000;
      onProgress?.({ ...file.progress, rows, rowsPerSecond: Math.round(rows / Math.max(seconds, 0.001)) });
      // Lets the process answer, draw and be interrupted between two batches.
      await setImmediate();
    }
    if (!file.columnsFixed && rows > 0) problems.addAll(packer.absent());
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    problems.addAll([error.problem]);
  } finally {
    await store.close();
  }
  return { rows, columns: packer.columns(), problems };
}

function storeRow(
  store: RowStore,
  packer: Packer,
  shape: TableShape,
  row: FileRow | BrokenRow,
): readonly LoadProblem[] {
  if ("broken" in row) return [row.broken];
  const packed = packer.pack(row);
  if (!("stored" in packed)) return packed;
  const key = encodeKey(packed.key);
  if (store.putSync(key, packed.stored, { noOverwrite: true }) as unknown) return [];
  const [firstRow] = store.get(key) ?? [];
  return [
    {
      row: row.row,
      line: row.line,
      column: shape.key.join(", "),
      value: shortened(packed.key.length === 1 ? packed.key[0] : packed.key),
      problem: `is the key of row ${firstRow} too`,
      mend: "keep one of the two rows",
    },
  ];
}

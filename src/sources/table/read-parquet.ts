import { isUtf8 } from "node:buffer";
import {
  asyncBufferFromFile,
  type DecodedArray,
  type FileMetaData,
  type ParquetScan,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { type ParquetColumn, parquetColumn } from "./parquet-column.ts";
import { UnreadableFile } from "./problems.ts";
import type { FileRow, ReadProgress, TableFile } from "./table-file.ts";

/** Rows handed on at a time, and so stored in one transaction. */
const batchRows = 16_384;

/** Parquet, flat columns, every codec. One row group is decoded at a time: its size is what bounds memory. */
export async function openParquet(file: string): Promise<TableFile> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await readable(parquetMetadataAsync(buffer, { geoparquet: false }));
  const scan = await readable(
    parquetScan({ file: buffer, metadata, compressors, geoparquet: false, parsers: { stringFromBytes } }),
  );
  const columns = columnsOf(metadata);
  const progress: ReadProgress = { unit: "rows", done: 0, total: Number(metadata.num_rows) };
  // Every read opens and closes the file by itself.
  const close = async () => {};
  return { columns, columnsFixed: true, progress, batches: readBatches(scan, columns, progress), close };
}

function columnsOf(metadata: FileMetaData): readonly ParquetColumn[] {
  return parquetSchema(metadata).children.map((node) => {
    const column = parquetColumn(node);
    if (column !== undefined) return column;
    throw new UnreadableFile({
      column: node.element.name,
      problem: "the column holds lists, structures or bytes, which a table cannot hold",
      mend: "leave it out of the file, or give each of its parts a column of its own",
    });
  });
}

async function* readBatches(
  scan: ParquetScan,
  columns: readonly ParquetColumn[],
  progress: ReadProgress,
): AsyncGenerator<readonly FileRow[]> {
  for (const { rowStart, rowEnd } of scan.ranges) {
    const group: DecodedArray[] = [];
    for (const { name } of columns) group.push(await readable(scan.readColumn({ column: name, rowStart, rowEnd })));
    for (let start = rowStart; start < rowEnd; start += batchRows) {
      const end = Math.min(start + batchRows, rowEnd);
      const batch: FileRow[] = [];
      for (let index = start; index < end; index += 1) {
        const cells = columns.map((column, at) => column.cell(group[at]![index - rowStart]));
        batch.push({ row: index + 1, line: undefined, cells });
      }
      progress.done = end;
      yield batch;
    }
  }
}

/** Bytes that are no text are handed on as bytes: decoded with substitutes, two different keys could become one. */
function stringFromBytes(bytes: Uint8Array | undefined): string | Uint8Array | undefined {
  if (bytes === undefined || !isUtf8(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw new UnreadableFile({
      problem: `the file cannot be read as Parquet (${error instanceof Error ? error.message : String(error)})`,
      mend: "check that it was copied whole, or write it again",
    });
  }
}

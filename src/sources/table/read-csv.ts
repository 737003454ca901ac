import { finished } from "node:stream/promises";
import { CsvError, Parser } from "csv-parse";
import { UnreadableFile } from "./problems.ts";
import type { BrokenRow, FileRow, ReadProgress, TableFile } from "./table-file.ts";
import { rowBytesMax, textBlocks } from "./text-blocks.ts";

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** CSV or TSV (RFC 4180 quoting, any line ends) with a header row. Cells are text; an empty one is null. */
export async function openCsv(file: string, fileBytes: number, delimiter: "," | "\t"): Promise<TableFile> {
  const progress: ReadProgress = { unit: "bytes", done: 0, total: fileBytes };
  const records = readRecords(file, progress, delimiter);
  const first = await records.next();
  const [header, ...rest] = first.done === true ? [] : first.value;
  if (header === undefined) {
    throw new UnreadableFile({ problem: "the file is empty", mend: "begin it with a row of column names" });
  }
  return {
    columns: header.cells.map((name) => ({ name, type: "string" })),
    columnsFixed: true,
    progress,
    batches: readBatches(header.cells.length, rest, records),
    async close() {
      await records.return(undefined);
    },
  };
}

async function* readBatches(
  width: number,
  first: readonly CsvRecord[],
  records: AsyncIterable<readonly CsvRecord[]>,
): AsyncGenerator<readonly (FileRow | BrokenRow)[]> {
  let row = 0;
  const toRow = ({ line, cells }: CsvRecord): FileRow | BrokenRow => {
    row += 1;
    if (cells.length === width) return { row, line, cells: cells.map((cell) => (cell === "" ? null : cell)) };
    const problem = `the number of cells is ${cells.length}, the header's is ${width}`;
    return {
      broken: { row, line, problem, mend: "give every row as many cells, and quote cells that hold a delimiter" },
    };
  };
  yield first.map(toRow);
  for await (const batch of records) yield batch.map(toRow);
}

/** The file's records, the header among them, a block of text at a time; never an empty batch. */
async function* readRecords(
  file: string,
  progress: ReadProgress,
  delimiter: string,
): AsyncGenerator<readonly CsvRecord[], undefined> {
  let batch: CsvRecord[] = [];
  let linesBefore = 0;
  let emptyBefore = 0;
  const parser = new Parser({
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowBytesMax,
    // Taking each record here, and handing none on, spares a trip through the stream for every row.
    on_record: (cells: string[], { lines, empty_lines }) => {
      batch.push({ line: linesBefore + 1 + empty_lines - emptyBefore, cells });
      linesBefore = lines;
      emptyBefore = empty_lines;
      return null;
    },
  });
  parser.resume();
  const ended = finished(parser);
  ended.catch(() => {});
  try {
    for await (const { bytes } of textBlocks(file, progress)) {
      await new Promise<void>((resolve, reject) => {
        parser.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
      if (batch.length > 0) yield batch;
      batch = [];
    }
    parser.end();
    await ended;
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error, linesBefore + 1) : error;
  } finally {
    parser.destroy();
  }
  if (batch.length > 0) yield batch;
}

function unreadable(error: CsvError, line: number): UnreadableFile {
  if (error.code === "CSV_QUOTE_NOT_CLOSED" || error.code === "CSV_MAX_RECORD_SIZE") {
    return new UnreadableFile({ line, problem: "a quoted cell is never closed", mend: 'end the cell with "' });
  }
  return new UnreadableFile({
    line,
    problem: "a quote stands where none may stand",
    mend: 'put the whole cell in quotes, and write a quote inside it as ""',
  });
}

import { shortened } from "./problems.ts";
import type { BrokenRow, FileColumn, FileRow, ReadProgress, TableFile } from "./table-file.ts";
import { textBlocks } from "./text-blocks.ts";

/** JSON lines: one object a line, blank lines skipped. Columns are known as the rows bring them. */
export function openJsonLines(file: string, fileBytes: number): TableFile {
  const progress: ReadProgress = { unit: "bytes", done: 0, total: fileBytes };
  const columns: FileColumn[] = [];
  const batches = readBatches(file, progress, columns);
  return {
    columns,
    columnsFixed: false,
    progress,
    batches,
    async close() {
      await batches.return(undefined);
    },
  };
}

async function* readBatches(
  file: string,
  progress: ReadProgress,
  columns: FileColumn[],
): AsyncGenerator<readonly (FileRow | BrokenRow)[]> {
  const positions = new Map<string, number>();
  let row = 0;
  for await (const { bytes, firstLine } of textBlocks(file, progress)) {
    const batch: (FileRow | BrokenRow)[] = [];
    for (const [index, text] of bytes.toString("utf8").split("\n").entries()) {
      if (text.trim() === "") continue;
      row += 1;
      const line = firstLine + index;
      const object = parseObject(text);
      batch.push(
        typeof object === "string"
          ? {
              broken: {
                row,
                line,
                value: shortened(text),
                problem: object,
                mend: "write one JSON object on each line",
              },
            }
          : { row, line, cells: cellsOf(object, positions, columns) },
      );
    }
    yield batch;
  }
}

/** The line's object, or what is wrong with the line. */
function parseObject(text: string): object | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : "is not a JSON object";
}

function cellsOf(object: object, positions: Map<string, number>, columns: FileColumn[]): unknown[] {
  const cells: unknown[] = [];
  for (const [name, cell] of Object.entries(object)) {
    let position = positions.get(name);
    if (position === undefined) {
      position = columns.push({ name, type: undefined }) - 1;
      positions.set(name, position);
    }
    cells[position] = cell;
  }
  return cells;
}

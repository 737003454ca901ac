import { stat } from "node:fs/promises";
import { type LoadProblem, UnreadableFile } from "./problems.ts";
import { openCsv } from "./read-csv.ts";
import { openJsonLines } from "./read-json-lines.ts";
import { openParquet } from "./read-parquet.ts";
import type { TableFile } from "./table-file.ts";

export const tableFormats = ["csv", "tsv", "jsonl", "parquet"] as const;

/** The text formats may be packed with gzip, in a file whose name ends in `.gz`. */
export type TableFormat = (typeof tableFormats)[number];

const endings = new Map<string, TableFormat>([
  ["csv", "csv"],
  ["tsv", "tsv"],
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
  ["parquet", "parquet"],
]);

/**
 * Opens a table file, in the format its name shows unless one is given.
 * @throws UnreadableFile when there is none, when its format is unknown, or when its header cannot be read
 */
export async function openTableFile(file: string, given?: TableFormat): Promise<TableFile> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === "ENOENT" ? "there is no such file" : `the file cannot be opened (${error.message})`;
    throw new UnreadableFile({ problem, mend: "check the path and its permissions" });
  });
  if (!found.isFile()) {
    throw new UnreadableFile({ problem: "it is not a regular file", mend: "name one file that holds the whole table" });
  }
  const table = await openAs(given ?? formatOf(file), file, found.size);
  const ambiguous = ambiguousColumn(table);
  if (ambiguous === undefined) return table;
  await table.close();
  throw new UnreadableFile(ambiguous);
}

async function openAs(format: TableFormat, file: string, bytes: number): Promise<TableFile> {
  switch (format) {
    case "csv":
      return openCsv(file, bytes, ",");
    case "tsv":
      return openCsv(file, bytes, "\t");
    case "jsonl":
      return openJsonLines(file, bytes);
    case "parquet":
      return openParquet(file);
  }
}

function formatOf(file: string): TableFormat {
  const ending = /\.([^./]+?)(?:\.gz)?$/i.exec(file)?.[1]?.toLowerCase() ?? "";
  const format = endings.get(ending);
  if (format !== undefined) return format;
  throw new UnreadableFile({
    problem: "the file's name does not show its format",
    mend: `name it with one of .${[...endings.keys()].join(", .")}, or say the format (${tableFormats.join(", ")})`,
  });
}

function ambiguousColumn({ columns }: TableFile): LoadProblem | undefined {
  const seen = new Set<string>();
  for (const [index, { name }] of columns.entries()) {
    if (name === "") return { problem: `column ${index + 1} of the file has no name`, mend: "name it" };
    if (seen.has(name)) return { column: name, problem: "the file has two columns of this name", mend: "rename one" };
    seen.add(name);
  }
  return undefined;
}

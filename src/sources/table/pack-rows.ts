import type { FeatureType, FeatureValue } from "../../domain/feature.ts";
import { convert, naturalType, Unfit } from "./convert.ts";
import type { TableColumn } from "./description.ts";
import { type LoadProblem, shortened } from "./problems.ts";
import type { Cell, StoredRow } from "./rows.ts";
import type { FileColumn, FileRow, TableFile } from "./table-file.ts";

/** What a table is to hold. */
export interface TableShape {
  /** The key's columns, in the key's order. */
  readonly key: readonly string[];
  /** The types of the columns that are known; the others keep the file's. */
  readonly columns: ReadonlyMap<string, FeatureType>;
}

interface PackedRow {
  readonly key: readonly FeatureValue[];
  readonly stored: StoredRow;
}

/** Turns a file's rows into rows to store. */
export interface Packer {
  /** The row to store, or everything that is wrong with it. */
  pack(row: FileRow): PackedRow | readonly LoadProblem[];
  /** The table's columns as known so far: the key's, the declared ones, the others as the file brought them. */
  columns(): readonly TableColumn[];
  /** The key and declared columns that the file has not shown so far. */
  absent(): readonly LoadProblem[];
}

interface PackedColumn {
  readonly name: string;
  /** Where its cell stands in a stored row. */
  readonly position: number;
  type: FeatureType | undefined;
  readonly learned: boolean;
}

export function createPacker(shape: TableShape, file: TableFile): Packer {
  const wanted = new Set([...shape.key, ...shape.columns.keys()]);
  const positions = new Map([...wanted].map((name, index) => [name, index + 1]));
  const packed: PackedColumn[] = [];

  function adopt(column: FileColumn): void {
    const position = positions.get(column.name) ?? positions.size + 1;
    positions.set(column.name, position);
    const type = shape.columns.get(column.name) ?? column.type;
    packed.push({ name: column.name, position, type, learned: type === undefined });
  }

  function pack(row: FileRow): PackedRow | readonly LoadProblem[] {
    while (packed.length < file.columns.length) adopt(file.columns[packed.length]!);
    const stored: [number, ...Cell[]] = [row.row];
    while (stored.length <= positions.size) stored.push(null);
    const problems: LoadProblem[] = [];
    for (const [index, column] of packed.entries()) {
      const cell = row.cells[index];
      if (cell === null || cell === undefined) continue;
      const value = storable(column, cell);
      if (!(value instanceof Unfit)) stored[column.position] = value;
      else problems.push({ row: row.row, line: row.line, column: column.name, value: shortened(cell), ...value });
    }
    const key = stored.slice(1, shape.key.length + 1);
    for (const [index, name] of shape.key.entries()) {
      if (key[index] !== null || problems.some(({ column }) => column === name)) continue;
      const problem = "the key is empty";
      problems.push({ row: row.row, line: row.line, column: name, problem, mend: "give every row a key" });
    }
    return problems.length > 0 ? problems : { key: key as FeatureValue[], stored };
  }

  function columns(): readonly TableColumn[] {
    const types = new Map(packed.map(({ name, type }) => [name, type]));
    return [...positions.keys()].map((name) => ({
      name,
      type: types.get(name) ?? shape.columns.get(name) ?? "string",
    }));
  }

  function absent(): readonly LoadProblem[] {
    const there = file.columns.map(({ name }) => name);
    const list = there.length === 0 ? "none" : shortenedList(there);
    return [...wanted]
      .filter((name) => !there.includes(name))
      .map((column) => ({
        column,
        problem: `the file has no such column; it has ${list}`,
        mend: "correct the name, or add the column to the file",
      }));
  }

  return { pack, columns, absent };
}

/** The value to store; for a column of no declared type the type is learned on the way. */
function storable(column: PackedColumn, cell: unknown): FeatureValue | Unfit {
  if (column.learned) {
    const type = naturalType(cell);
    if (type instanceof Unfit) return type;
    const merged = column.type === undefined ? type : mergedType(column.type, type);
    if (merged instanceof Unfit) return merged;
    column.type = merged;
  }
  return convert(column.type!, cell);
}

function mergedType(before: FeatureType, type: FeatureType): FeatureType | Unfit {
  if (before === type) return before;
  const numbers = (before === "integer" || before === "double") && (type === "integer" || type === "double");
  // A whole number and a fraction are stored alike, so the rows before stay right.
  if (numbers) return "double";
  return new Unfit(
    `is of type ${type}, but the rows before hold ${before}`,
    "write one type in all rows, or declare the column's type",
  );
}

function shortenedList(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(", ");
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

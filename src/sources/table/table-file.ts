import type { FeatureType } from "../../domain/feature.ts";
import type { LoadProblem } from "./problems.ts";

/** A column as the file has it. Without a type it is learned from the values (JSON). */
export interface FileColumn {
  readonly name: string;
  readonly type: FeatureType | undefined;
}

/** A row that could be read. `row` and `line` count from 1; cells are in the order of the file's columns. */
export interface FileRow {
  readonly row: number;
  readonly line: number | undefined;
  /** null or undefined, or no cell at all: no value. */
  readonly cells: readonly unknown[];
}

/** A row that could not be read. The rows after it can. */
export interface BrokenRow {
  readonly broken: LoadProblem;
}

/** How far the reading has come. */
export interface ReadProgress {
  readonly unit: "bytes" | "rows";
  done: number;
  total: number;
}

/** An open table file of any format. It is read once. */
export interface TableFile {
  /** With `columnsFixed` false it grows while rows are read; a row's columns are there before the row is. */
  readonly columns: readonly FileColumn[];
  readonly columnsFixed: boolean;
  readonly progress: ReadProgress;
  /** @throws UnreadableFile where the file cannot be read on */
  readonly batches: AsyncIterable<readonly (FileRow | BrokenRow)[]>;
  /** Gives back what a file not read to its end holds open. */
  close(): Promise<void>;
}

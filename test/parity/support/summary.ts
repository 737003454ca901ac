import { table } from "../../../src/cli/demo/table.ts";

/** A small table: the first column names, the others are figures. Numbers are given thousands separators. */
export function summary(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const columns = headings.map((heading, at) => [heading, at === 0 ? "left" : "right"] as const);
  const text = (cell: string | number) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell);
  return table(
    columns,
    rows.map((row) => row.map(text)),
  );
}

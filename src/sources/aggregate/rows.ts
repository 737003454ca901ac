/**
 * Tables of numbers, packed row by row into one array and sorted by their first column, a time. Functions return new
 * tables and leave the given ones alone.
 */
export type Rows = Float64Array;

/** The number of rows whose time is at most `timeMs`. */
export function countUpTo(rows: Rows, width: number, timeMs: number): number {
  let low = 0;
  let high = rows.length / width;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle * width]! <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The table with `row` as row number `index`. */
export function insertRow(rows: Rows, row: readonly number[], index: number): Rows {
  const at = index * row.length;
  const grown = new Float64Array(rows.length + row.length);
  grown.set(rows.subarray(0, at));
  grown.set(row, at);
  grown.set(rows.subarray(at), at + row.length);
  return grown;
}

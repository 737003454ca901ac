import assert from "node:assert/strict";
import type { SourceAnswer } from "../../../src/domain/source.ts";

/** Tables whose every row says, in two columns, which load it came from. */
export const generationColumns = { id: "string", first: "integer", padding: "string", last: "integer" } as const;

export const generationFeatures = [
  { path: "first", type: "integer" },
  { path: "id", type: "string" },
  { path: "last", type: "integer" },
] as const;

/** JSON lines of the rows c0, c1, …; columns stand in another order in every second generation. */
export function generationRows(generation: number, rows: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const cells = Object.entries({ id: `c${index}`, first: generation, padding: "x".repeat(200), last: generation });
    return JSON.stringify(Object.fromEntries(generation % 2 === 0 ? cells.reverse() : cells));
  });
  return lines.join("\n");
}

/** The one load that all of an answer comes from. */
export function generationOf(id: number, { status, values }: SourceAnswer): number {
  const [first, found, last] = values;
  assert.deepEqual([status, found, last], ["OK", `c${id}`, first]);
  assert.equal(typeof first, "number");
  return first as number;
}

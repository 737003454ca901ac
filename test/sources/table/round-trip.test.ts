import assert from "node:assert/strict";
import fc from "fast-check";
import { type FeatureValue, Missing } from "../../../src/domain/feature.ts";
import { loadTable } from "../../../src/sources/table/load.ts";
import { createWorkspace, lookUp } from "./support.ts";

const columns = { id: "string", part: "integer", x: "double", s: "string", b: "boolean", t: "timestamp" } as const;
const features = Object.entries(columns).map(([column, type]) => ({ path: column, type }));

interface Row {
  readonly id: string;
  readonly part: number;
  readonly x: number | null;
  readonly s: string | null;
  readonly b: boolean | null;
  readonly t: Date | null;
}

const text = fc.oneof(fc.string({ unit: "binary", minLength: 1 }), fc.string({ minLength: 1, maxLength: 3000 }));
const row: fc.Arbitrary<Row> = fc.record({
  id: text,
  part: fc.maxSafeInteger(),
  x: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
  s: fc.option(text),
  b: fc.option(fc.boolean()),
  t: fc.option(fc.date({ noInvalidDate: true, min: new Date("0000-01-01"), max: new Date("9999-12-31") })),
});
const rows = fc.uniqueArray(row, {
  minLength: 1,
  maxLength: 40,
  selector: ({ id, part }) => JSON.stringify([id, part]),
});

/** Each a writer of rows that keeps everything a row holds. */
const writers: Readonly<Record<string, (rows: readonly Row[]) => string>> = {
  "rows.jsonl": (rows) => rows.map((row) => JSON.stringify(row)).join("\n"),
  "rows.csv": (rows) => [Object.keys(columns), ...rows.map(cellsOf)].map((cells) => cells.join(",")).join("\n"),
};

function cellsOf(row: Row): string[] {
  return Object.values(row).map((value: unknown) => {
    if (value === null) return "";
    return `"${(value instanceof Date ? value.toISOString() : String(value)).replaceAll('"', '""')}"`;
  });
}

describe("a loaded table", () => {
  for (const [name, write] of Object.entries(writers)) {
    it(`answers every row of ${name} as it was written`, async () => {
      const property = fc.asyncProperty(rows, async (rows) => {
        const workspace = createWorkspace();
        try {
          const file = workspace.write(name, write(rows));
          const { dataDir } = workspace;
          await loadTable({ dataDir, name: "rows", file, key: ["id", "part"], columns });
          const keys = rows.map(({ id, part }): FeatureValue[] => [id, part]);
          const expected = rows.map((row) => ({
            status: "OK",
            values: Object.values({ ...row, t: row.t?.getTime() }).map((value) => value ?? Missing.null),
          }));
          assert.deepEqual(await lookUp(dataDir, "rows", features, keys), expected);
        } finally {
          workspace.remove();
        }
      });
      await fc.assert(property, { numRuns: 40 });
    });
  }
});

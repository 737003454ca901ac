import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { Missing } from "../../../src/domain/feature.ts";
import { describeTable, type TableColumn } from "../../../src/sources/table/description.ts";
import { type LoadRequest, loadTable } from "../../../src/sources/table/load.ts";
import { createWorkspace, lookUp, type Workspace } from "./support.ts";

const columns = {
  customer_id: "string",
  age: "integer",
  risk: "double",
  country: "string",
  vip: "boolean",
  since: "timestamp",
} as const;

const features = Object.entries(columns).map(([column, type]) => ({ path: column, type }));
const sinceMs = Date.UTC(2026, 10, 1, 10, 30);
const missing = Missing.null;

/** What every format must answer for c1, c2 and a key that is in no row. */
const expected = [
  { status: "OK", values: ["c1", 41, 0.25, "NL", true, sinceMs] },
  { status: "OK", values: ["c2", missing, -3, 'São "Paulo",\nBR', false, missing] },
  { status: "NOT_FOUND", values: features.map(() => Missing.not_found) },
];

const csv = [
  "\ufeffcustomer_id,age,risk,country,vip,since",
  "c1, 41 ,0.25,NL,TRUE,2026-11-01T10:30:00Z",
  "",
  'c2,,-3,"São ""Paulo"",\nBR",0,',
  "",
].join("\r\n");

const jsonLines = [
  '{"customer_id":"c1","age":41.0,"risk":"0.25","country":"NL","vip":1,"since":"2026-11-01 11:30:00+01:00"}',
  "",
  `{"customer_id":"c2","age":null,"risk":-3,"country":${JSON.stringify('São "Paulo",\nBR')},"vip":false}`,
].join("\n");

/** Writes the rows of a query as a Parquet file. */
async function writeParquet(path: string, query: string, options = ""): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`copy (${query}) to '${path}' (format parquet${options})`);
  connection.closeSync();
  instance.closeSync();
}

describe("table files", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());

  async function check(file: string, given: Partial<LoadRequest> = {}): Promise<void> {
    const { dataDir } = workspace;
    await loadTable({ dataDir, name: "customers", file, key: ["customer_id"], columns, ...given });
    assert.deepEqual(await lookUp(dataDir, "customers", features, [["c1"], ["c2"], ["c3"]]), expected);
    const description = describeTable(dataDir, "customers")!;
    assert.deepEqual(description, {
      layout: 1,
      table: "customers",
      version: description.version,
      key: ["customer_id"],
      columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
      rows: 2,
      bytes: description.bytes,
      file: file.slice(workspace.directory.length + 1),
      sha256: createHash("sha256").update(readFileSync(file)).digest("hex"),
      loadedAt: new Date(description.loadedAt).toISOString(),
    });
  }

  it("reads CSV with a byte order mark, quotes, blank lines and CRLF", () =>
    check(workspace.write("customers.csv", csv)));

  it("reads CSV packed with gzip", () => check(workspace.write("customers.csv.gz", gzipSync(csv))));

  it("reads TSV", () => check(workspace.write("customers.tsv", csv.replaceAll(",", "\t").replace('"\t\n', '",\n'))));

  it("reads JSON lines", () => check(workspace.write("customers.jsonl", jsonLines)));

  it("reads JSON lines packed with gzip", () => check(workspace.write("customers.ndjson.gz", gzipSync(jsonLines))));

  it("reads a file whose ending says nothing as the format given", () =>
    check(workspace.write("customers.txt", jsonLines), { format: "jsonl" }));

  for (const codec of ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"]) {
    it(`reads Parquet packed with ${codec}`, async () => {
      const file = join(workspace.directory, "customers.parquet");
      const query = `
        select 'c1' as customer_id, 41::bigint as age, 0.25::decimal(9, 4) as risk, 'NL' as country, true as vip,
               timestamp '2026-11-01 10:30:00' as since
        union all select 'c2', null, -3, 'São "Paulo",' || chr(10) || 'BR', false, null`;
      await writeParquet(file, query, `, codec ${codec}`);
      await check(file);
    });
  }

  it("converts every flat Parquet type to the feature type it is", async () => {
    const cases: readonly { sql: string; type: TableColumn["type"]; value: unknown }[] = [
      { sql: "1::tinyint", type: "integer", value: 1 },
      { sql: "4294967295::uinteger", type: "integer", value: 4294967295 },
      { sql: "(-9007199254740991)::bigint", type: "integer", value: -9007199254740991 },
      { sql: "1.15::decimal(5, 2)", type: "double", value: 1.15 },
      { sql: "-0.07::decimal(30, 2)", type: "double", value: -0.07 },
      { sql: "12::decimal(12, 0)", type: "integer", value: 12 },
      { sql: "0.5::float", type: "double", value: 0.5 },
      { sql: "1e300::double", type: "double", value: 1e300 },
      { sql: "false", type: "boolean", value: false },
      { sql: "date '1969-12-31'", type: "timestamp", value: -86_400_000 },
      { sql: "timestamp_ms '2026-11-01 10:30:00'", type: "timestamp", value: sinceMs },
      { sql: "timestamp_ns '2026-11-01 10:30:00'", type: "timestamp", value: sinceMs },
      { sql: "timestamptz '2026-11-01 10:30:00+00'", type: "timestamp", value: sinceMs },
      {
        sql: "uuid '0f8fad5b-d9cb-469f-a165-70867728950e'",
        type: "string",
        value: "0f8fad5b-d9cb-469f-a165-70867728950e",
      },
      { sql: "''", type: "string", value: "" },
    ];
    const file = join(workspace.directory, "types.parquet");
    await writeParquet(file, `select 'k' as id, ${cases.map(({ sql }, index) => `${sql} as c${index}`).join(", ")}`);
    const { dataDir } = workspace;
    const { columns: found } = await loadTable({ dataDir, name: "types", file, key: ["id"] });
    const wanted = cases.map(({ type }, index) => ({ name: `c${index}`, type }));
    assert.deepEqual(found.slice(1), wanted);
    const asked = wanted.map(({ name, type }) => ({ path: name, type }));
    const values = cases.map(({ value }) => value);
    assert.deepEqual(await lookUp(dataDir, "types", asked, [["k"]]), [{ status: "OK", values }]);
  });

  it("reads Parquet files of several row groups, counting rows through them", async () => {
    const file = join(workspace.directory, "many.parquet");
    await writeParquet(
      file,
      "select range::integer as id, range * 2 as twice from range(70000)",
      ", row_group_size 2048",
    );
    const seen: unknown[] = [];
    const { dataDir } = workspace;
    const { rows } = await loadTable({
      dataDir,
      name: "many",
      file,
      key: ["id"],
      onProgress: ({ unit, done, total, rows }) => seen.push([unit, done, total, rows]),
    });
    assert.equal(rows, 70_000);
    assert.deepEqual(seen.at(-1), ["rows", 70_000, 70_000, 70_000]);
    const asked = [{ path: "twice", type: "integer" as const }];
    assert.deepEqual(await lookUp(dataDir, "many", asked, [[0], [69_999], [70_000]]), [
      { status: "OK", values: [0] },
      { status: "OK", values: [139_998] },
      { status: "NOT_FOUND", values: [Missing.not_found] },
    ]);
  });

  it("keeps columns that are not declared, with the file's own types", async () => {
    const { dataDir } = workspace;
    const lines = ['{"id":1,"score":1}', '{"id":2,"name":"b","score":0.5}', '{"id":3,"ok":true,"nothing":null}'];
    const json = await loadTable({
      dataDir,
      name: "a",
      file: workspace.write("a.jsonl", lines.join("\n")),
      key: ["id"],
    });
    assert.deepEqual(json.columns, [
      { name: "id", type: "integer" },
      { name: "score", type: "double" },
      { name: "name", type: "string" },
      { name: "ok", type: "boolean" },
      { name: "nothing", type: "string" },
    ]);
    const text = await loadTable({ dataDir, name: "b", file: workspace.write("b.csv", "n,id\n1,2\n"), key: ["id"] });
    assert.deepEqual(text.columns, [
      { name: "id", type: "string" },
      { name: "n", type: "string" },
    ]);
  });

  it("counts progress in the file's bytes, packed or not", async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `c${index},${"x".repeat(200)}`);
    const file = workspace.write("customers.csv.gz", gzipSync(["customer_id,note", ...rows].join("\n")));
    const seen: number[] = [];
    const { dataDir } = workspace;
    await loadTable({
      dataDir,
      name: "customers",
      file,
      key: ["customer_id"],
      onProgress: ({ unit, done, total, rows, rowsPerSecond }) => {
        assert.equal(unit, "bytes");
        assert.equal(total, readFileSync(file).length);
        assert.ok(done <= total && rowsPerSecond >= 0);
        seen.push(rows);
      },
    });
    assert.ok(seen.length > 1);
    assert.equal(seen.at(-1), 30_000);
  });
});

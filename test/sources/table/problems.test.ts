import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import type { FeatureType } from "../../../src/domain/feature.ts";
import { describeTable } from "../../../src/sources/table/description.ts";
import { loadTable } from "../../../src/sources/table/load.ts";
import { TableLoadError } from "../../../src/sources/table/problems.ts";
import { createWorkspace, lookUp, type Workspace } from "./support.ts";

interface Case {
  readonly name: string;
  readonly file: string;
  /** What the file holds: text, bytes, or an SQL query whose rows make a Parquet file. */
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly sql?: string;
  readonly key?: readonly string[];
  readonly columns?: Readonly<Record<string, FeatureType>>;
  readonly problems: readonly string[];
  /** Default: as many as are listed. */
  readonly count?: number;
}

const integer = "write a whole number between ±9007199254740991, or leave it empty";
const double = "write a finite decimal number such as 12.5, or leave it empty";
const boolean = "write true, false, 1 or 0, or leave it empty";
const timestamp = "write ISO 8601 such as 2026-11-01T10:00:00Z, or milliseconds since 1970, or leave it empty";
const parts = "give each of its parts a column of its own, or leave the column out";

const cases: readonly Case[] = [
  {
    name: "values of a wrong type in CSV, each with its row and line",
    file: "f.csv",
    text: 'id,n,x,b,t\nc1,1.5,"a,5",yes,2026-02-30\n\n"c\n2",9007199254740992,1e999,2,yesterday\nc3,0x10,NaN,t,2026-01-01T25:00\n',
    columns: { n: "integer", x: "double", b: "boolean", t: "timestamp" },
    problems: [
      `row 1 (line 2), column n: "1.5" is not an integer: ${integer}`,
      `row 1 (line 2), column x: "a,5" is not a double: ${double}`,
      `row 1 (line 2), column b: "yes" is not a boolean: ${boolean}`,
      `row 1 (line 2), column t: "2026-02-30" is not a timestamp: ${timestamp}`,
      `row 2 (line 4), column n: "9007199254740992" is not an integer: ${integer}`,
      `row 2 (line 4), column x: "1e999" is not a double: ${double}`,
      `row 2 (line 4), column b: "2" is not a boolean: ${boolean}`,
      `row 2 (line 4), column t: "yesterday" is not a timestamp: ${timestamp}`,
      `row 3 (line 6), column n: "0x10" is not an integer: ${integer}`,
      `row 3 (line 6), column x: "NaN" is not a double: ${double}`,
      "and 2 more",
    ],
    count: 12,
  },
  {
    name: "values of a wrong type in JSON lines",
    file: "f.jsonl",
    text: '{"id":"c1","n":true,"s":1.5}\n{"id":"c2","n":1e20,"s":{"a":1}}\n{"id":"c3","s":"\\ud800"}\n',
    columns: { n: "integer", s: "string" },
    problems: [
      `row 1 (line 1), column n: true is not an integer: ${integer}`,
      "row 1 (line 1), column s: 1.5 is not a string: write text, or declare the type that the values have",
      `row 2 (line 2), column n: 100000000000000000000 is not an integer: ${integer}`,
      `row 2 (line 2), column s: {"a":1} is not a plain value: ${parts}`,
      'row 3 (line 3), column s: "\\ud800" holds half of a surrogate pair: write whole Unicode characters',
    ],
  },
  {
    name: "JSON columns of no declared type that change their type or lose digits",
    file: "f.jsonl",
    text: '{"id":"c1","v":1,"w":12345678901234567890}\n{"id":"c2","v":"1","w":[1]}\n',
    problems: [
      "row 1 (line 1), column w: 12345678901234567000 is beyond ±9007199254740991, where digits get lost: write it as a string, or declare the column as double",
      'row 2 (line 2), column v: "1" is of type string, but the rows before hold integer: write one type in all rows, or declare the column\'s type',
      `row 2 (line 2), column w: [1] is not a plain value: ${parts}`,
    ],
  },
  {
    name: "values of a wrong type in Parquet",
    file: "f.parquet",
    sql: "select 'c1' as id, 9007199254740993 as n, 'NaN'::double as x, 1.5 as s, '\\xFF'::blob as y",
    columns: { s: "string" },
    problems: [
      `row 1, column n: 9007199254740993 is not an integer: ${integer}`,
      `row 1, column x: NaN is not a double: ${double}`,
      "row 1, column s: 1.5 is not a string: write text, or declare the type that the values have",
      "row 1, column y: 1 bytes is not text: write it as UTF-8, or leave the column out",
    ],
  },
  {
    name: "Parquet columns that are no plain values",
    file: "f.parquet",
    sql: "select 'c1' as id, [1, 2] as tags",
    problems: [
      "column tags: the column holds lists, structures or bytes, which a table cannot hold: leave it out of the file, or give each of its parts a column of its own",
    ],
  },
  {
    name: "a long value, cut short",
    file: "f.csv",
    text: `id,n\nc1,${"x".repeat(1000)}\n`,
    columns: { n: "integer" },
    problems: [`row 1 (line 2), column n: "${"x".repeat(39)}… is not an integer: ${integer}`],
  },
  {
    name: "missing columns, before any row is read",
    file: "f.csv",
    text: "customer,age\nc1,x\n",
    columns: { age: "integer", risk: "double" },
    problems: [
      "column id: the file has no such column; it has customer, age: correct the name, or add the column to the file",
      "column risk: the file has no such column; it has customer, age: correct the name, or add the column to the file",
    ],
  },
  {
    name: "declared columns that no JSON line has",
    file: "f.jsonl",
    text: '{"id":"c1"}\n{"id":"c2"}\n',
    columns: { risk: "double" },
    problems: ["column risk: the file has no such column; it has id: correct the name, or add the column to the file"],
  },
  {
    name: "empty keys",
    file: "f.jsonl",
    text: '{"id":null,"b":1}\n{"b":2}\n{"id":"c3"}\n',
    key: ["id", "b"],
    problems: [
      "row 1 (line 1), column id: the key is empty: give every row a key",
      "row 2 (line 2), column id: the key is empty: give every row a key",
      "row 3 (line 3), column b: the key is empty: give every row a key",
    ],
  },
  {
    name: "equal keys, naming both rows, also when written differently",
    file: "f.csv",
    text: "a,b\n1,x\n2,x\n1.0,x\n1,X\n",
    key: ["a", "b"],
    columns: { a: "integer" },
    problems: ['row 3 (line 4), column a, b: [1,"x"] is the key of row 1 too: keep one of the two rows'],
  },
  {
    name: "rows with a wrong number of cells",
    file: "f.csv",
    text: "id,n\nc1\nc2,1,2\nc3,3\n",
    problems: [
      "row 1 (line 2): the number of cells is 1, the header's is 2: give every row as many cells, and quote cells that hold a delimiter",
      "row 2 (line 3): the number of cells is 3, the header's is 2: give every row as many cells, and quote cells that hold a delimiter",
    ],
  },
  {
    name: "a quote that is never closed",
    file: "f.csv",
    text: 'id,n\nc1,1\nc2,"2\nc3,3\n',
    problems: ['line 3: a quoted cell is never closed: end the cell with "'],
  },
  {
    name: "a quote inside a cell",
    file: "f.csv",
    text: 'id,n\nc1,"a"b\n',
    problems: [
      'line 2: a quote stands where none may stand: put the whole cell in quotes, and write a quote inside it as ""',
    ],
  },
  {
    name: "what is wrong before the place where reading ends",
    file: "f.csv",
    text: 'id,n\nc1,x\nc2,"2',
    columns: { n: "integer" },
    problems: [
      `row 1 (line 2), column n: "x" is not an integer: ${integer}`,
      'line 3: a quoted cell is never closed: end the cell with "',
    ],
  },
  {
    name: "malformed JSON lines",
    file: "f.jsonl",
    text: '{"id":"c1"}\n{"id":\n[1]\nnull\n{"id":"c5"}\n',
    problems: [
      'row 2 (line 2): "{\\"id\\":" is not JSON: write one JSON object on each line',
      'row 3 (line 3): "[1]" is not a JSON object: write one JSON object on each line',
      'row 4 (line 4): "null" is not a JSON object: write one JSON object on each line',
    ],
  },
  {
    name: "text that is not UTF-8",
    file: "f.csv",
    bytes: Buffer.from("id,name\nc1,a\nc2,M\xfcller\n", "latin1"),
    problems: ["line 3: the text is not UTF-8: save the file as UTF-8"],
  },
  {
    name: "a line that does not end",
    file: "f.jsonl",
    bytes: Buffer.alloc(20 * 1024 * 1024, "x"),
    problems: [
      "line 1: the line is longer than 16 MiB: check that the file is text of the format given, with one row a line",
    ],
  },
  {
    name: "a broken gzip file",
    file: "f.csv.gz",
    bytes: gzipSync("id,n\nc1,1\n").subarray(0, 20),
    problems: ["the gzip file is broken (unexpected end of file): pack it again, or check that it was copied whole"],
  },
  {
    name: "a file that is no Parquet",
    file: "f.parquet",
    text: "id,n\nc1,1\n",
    problems: [
      "the file cannot be read as Parquet (parquet file invalid (footer != PAR1)): check that it was copied whole, or write it again",
    ],
  },
  {
    name: "two columns of one name",
    file: "f.csv",
    text: "id,n,n\nc1,1,2\n",
    problems: ["column n: the file has two columns of this name: rename one"],
  },
  {
    name: "a column without a name",
    file: "f.csv",
    text: "id,\nc1,1\n",
    problems: ["column 2 of the file has no name: name it"],
  },
  {
    name: "an empty CSV file",
    file: "f.csv",
    text: "",
    problems: ["the file is empty: begin it with a row of column names"],
  },
  {
    name: "a file without rows",
    file: "f.csv",
    text: "id,n\n",
    problems: ["the file has no rows: check the export, or allow an empty table"],
  },
  {
    name: "a file whose ending says nothing",
    file: "f.txt",
    text: "id\nc1\n",
    problems: [
      "the file's name does not show its format: name it with one of .csv, .tsv, .jsonl, .ndjson, .parquet, or say the format (csv, tsv, jsonl, parquet)",
    ],
  },
  {
    name: "a file that is not there",
    file: "none.csv",
    problems: ["there is no such file: check the path and its permissions"],
  },
  {
    name: "a directory",
    file: "directory.csv",
    problems: ["it is not a regular file: name one file that holds the whole table"],
  },
];

describe("table files with mistakes", () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = createWorkspace();
    mkdirSync(join(workspace.directory, "directory.csv"));
    const { dataDir } = workspace;
    await loadTable({ dataDir, name: "customers", file: workspace.write("good.csv", "id,n\nold,1\n"), key: ["id"] });
  });
  afterEach(() => workspace.remove());

  async function fileOf({ file, text, bytes, sql }: Case): Promise<string> {
    const path = join(workspace.directory, file);
    const contents = text ?? bytes;
    if (contents !== undefined) workspace.write(file, contents);
    if (sql !== undefined) {
      const instance = await DuckDBInstance.create(":memory:");
      const connection = await instance.connect();
      await connection.run(`copy (${sql}) to '${path}' (format parquet)`);
      connection.closeSync();
      instance.closeSync();
    }
    return path;
  }

  async function check(given: Case): Promise<void> {
    const { dataDir } = workspace;
    const file = await fileOf(given);
    const before = describeTable(dataDir, "customers");
    const directory = join(dataDir, "tables", "customers");
    const filesBefore = readdirSync(directory);
    const { key = ["id"], columns, problems, count = problems.length } = given;

    for (const name of ["customers", "newcomers"]) {
      const error = await loadTable({ dataDir, name, file, key, columns }).catch((error: unknown) => error);
      assert.ok(error instanceof TableLoadError, String(error));
      const noun = count === 1 ? "problem" : "problems";
      assert.deepEqual(error.message.split("\n"), [
        `table ${name} is as it was: ${file} was not loaded, ${count} ${noun}`,
        ...problems.map((problem) => `  ${problem}`),
      ]);
      assert.equal(error.problemCount, count);
      assert.equal(error.problems.length, Math.min(count, 10));
    }

    assert.deepEqual(describeTable(dataDir, "customers"), before);
    assert.deepEqual(readdirSync(directory), filesBefore);
    assert.equal(existsSync(join(dataDir, "tables", "newcomers")), false);
    const asked = [{ path: "n", type: "string" as const }];
    assert.deepEqual(await lookUp(dataDir, "customers", asked, [["old"]]), [{ status: "OK", values: ["1"] }]);
  }

  for (const given of cases) it(`refuses ${given.name}`, () => check(given));

  it("refuses a Parquet file cut off or damaged anywhere, and leaves nothing behind", async () => {
    const whole = join(workspace.directory, "whole.parquet");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(
      `copy (select 'c' || range as id, range as n from range(5000)) to '${whole}' (format parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { dataDir } = workspace;
    const bytes = readFileSync(whole);
    for (const length of [0, 3, 12, bytes.length >> 1, bytes.length - 1]) {
      const file = workspace.write("cut.parquet", bytes.subarray(0, length));
      await assert.rejects(loadTable({ dataDir, name: "cut", file, key: ["id"] }), TableLoadError);
    }
    const holed = Buffer.from(bytes);
    holed.fill(0xff, 4, bytes.length >> 1);
    const file = workspace.write("holed.parquet", holed);
    await assert.rejects(loadTable({ dataDir, name: "cut", file, key: ["id"] }), TableLoadError);
    assert.equal(existsSync(join(dataDir, "tables", "cut")), false);
  });

  it("takes a file of no rows where that is allowed", async () => {
    const { dataDir } = workspace;
    const asked = [{ path: "n", type: "integer" as const }];
    for (const file of [workspace.write("empty.csv", "id,n\n"), workspace.write("empty.jsonl", "")]) {
      await loadTable({ dataDir, name: "customers", file, key: ["id"], columns: { n: "integer" }, allowEmpty: true });
      assert.equal(describeTable(dataDir, "customers")?.rows, 0);
      assert.equal((await lookUp(dataDir, "customers", asked, [["old"]]))[0]?.status, "NOT_FOUND");
    }
  });

  it("refuses names that are no table names, and keys that are no keys", async () => {
    const { dataDir } = workspace;
    const file = workspace.write("f.csv", "id\nc1\n");
    for (const name of ["", "../x", "a/b", "a b", ".", "-x", "x".repeat(65)]) {
      await assert.rejects(loadTable({ dataDir, name, file, key: ["id"] }), {
        message: `${JSON.stringify(name)} is not a table name: use 1 to 64 letters, digits, _ and -, beginning with a letter or digit`,
      });
    }
    await assert.rejects(loadTable({ dataDir, name: "t", file, key: [] }), {
      message: "table t has no key: name its key columns",
    });
    await assert.rejects(loadTable({ dataDir, name: "t", file, key: ["id", "id"] }), {
      message: "table t has a column twice in its key: name each once",
    });
  });
});

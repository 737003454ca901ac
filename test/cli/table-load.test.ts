import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { type TableLoadDefaults, tableLoadCommand } from "../../src/cli/table-load.ts";
import { describeTable } from "../../src/sources/table/description.ts";
import { TableLoadError } from "../../src/sources/table/problems.ts";

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly error: unknown;
}

describe("verdict table load", () => {
  let directory: string;
  let dataDir: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "verdict-table-load-"));
    dataDir = join(directory, "data");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function write(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  }

  const describe: TableLoadDefaults["describe"] = (name) =>
    name === "customers" ? { key: ["id"], columns: { id: "integer", age: "integer" } } : undefined;

  async function run(...args: readonly string[]): Promise<Ran> {
    let out = "";
    let err = "";
    const command = tableLoadCommand(async (load) => ({
      describe,
      dataDir: load.opts<{ data?: string }>().data ?? dataDir,
    }))
      .exitOverride()
      .configureOutput({
        writeOut: (text) => {
          out += text;
        },
        writeErr: (text) => {
          err += text;
        },
      });
    const error: unknown = await command.parseAsync(args, { from: "user" }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { out, err, error };
  }

  it("takes the key and the types from the catalogue, and prints a summary", async () => {
    const { out, err, error } = await run("customers", write("c.csv", "id,age,note\n1,41,x\n2,,y\n"));
    assert.equal(error, undefined);
    assert.equal(err, "");
    assert.match(out, /^table customers: 2 rows, \d+\.\d MB, loaded in \d+\.\d s \(\d+ rows\/s\)\n$/);
    assert.deepEqual(describeTable(dataDir, "customers")?.columns, [
      { name: "id", type: "integer" },
      { name: "age", type: "integer" },
      { name: "note", type: "string" },
    ]);
  });

  it("puts flags before the catalogue and the configuration, and prints JSON", async () => {
    const other = join(directory, "other");
    const file = write("c.txt", '{"id":1,"age":4.5,"part":"a"}\n');
    const flags = ["--key", "id,part", "--types", "age=double,part=string", "--format", "jsonl", "--data", other];
    const { out, error } = await run("customers", file, ...flags, "--json");
    assert.equal(error, undefined);
    const { seconds, rowsPerSecond, ...description } = JSON.parse(out) as Record<string, unknown>;
    assert.equal(typeof seconds, "number");
    assert.equal(typeof rowsPerSecond, "number");
    assert.deepEqual(description, describeTable(other, "customers"));
    assert.deepEqual(description.key, ["id", "part"]);
    assert.deepEqual(description.columns, [
      { name: "id", type: "integer" },
      { name: "part", type: "string" },
      { name: "age", type: "double" },
    ]);
    assert.equal(describeTable(dataDir, "customers"), undefined);
  });

  it("accepts an empty table only when told to", async () => {
    const file = write("c.csv", "id,age\n");
    assert.match(String((await run("customers", file)).error), /the file has no rows/);
    assert.equal((await run("customers", file, "--allow-empty")).error, undefined);
    assert.equal(describeTable(dataDir, "customers")?.rows, 0);
  });

  it("throws what is wrong with the file", async () => {
    const { out, error } = await run("customers", write("c.csv", "id,age\n1,old\n"));
    assert.ok(error instanceof TableLoadError);
    assert.equal(error.problemCount, 1);
    assert.equal(out, "");
  });

  it("has no key for a table that the catalogue does not name", async () => {
    const { err, error } = await run("strangers", write("c.csv", "id\n1\n"));
    assert.ok(error instanceof CommanderError);
    assert.equal(error.exitCode, 2);
    assert.equal(err, "error: the catalogue has no table strangers: add it, or name its key columns with --key\n");
  });

  const wrongUsage: readonly { args: readonly string[]; message: RegExp }[] = [
    { args: ["customers"], message: /missing required argument 'file'/ },
    {
      args: ["customers", "f.csv", "--key", "a,,b"],
      message: /write column names with commas between them, such as a,b/,
    },
    {
      args: ["customers", "f.csv", "--types", "age=number"],
      message: /write COLUMN=TYPE, the type one of double, integer, string, boolean, timestamp; found "age=number"/,
    },
    { args: ["customers", "f.csv", "--types", "integer"], message: /found "integer"/ },
    { args: ["customers", "f.csv", "--format", "xml"], message: /Allowed choices are csv, tsv, jsonl, parquet/ },
  ];
  for (const { args, message } of wrongUsage) {
    it(`refuses: ${args.join(" ")}`, async () => {
      const { err, error } = await run(...args);
      assert.ok(error instanceof CommanderError);
      assert.match(err, message);
    });
  }
});

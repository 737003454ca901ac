import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FeatureType, type FeatureValue, Missing } from "../../../src/domain/feature.ts";
import type { SourceAnswer } from "../../../src/domain/source.ts";
import type { SourceFeature } from "../../../src/domain/source-kind.ts";
import { describeTable } from "../../../src/sources/table/description.ts";
import { type LoadRequest, loadTable } from "../../../src/sources/table/load.ts";
import { type TableSource, tableSource } from "../../../src/sources/table/source.ts";
import { createWorkspace, lookUp, requestFor, until, type Workspace } from "./support.ts";

describe("the table source", () => {
  let workspace: Workspace;
  const sources: TableSource[] = [];
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
    workspace.remove();
  });

  function load(rows: readonly object[], given: Partial<LoadRequest> = {}): Promise<unknown> {
    const file = workspace.write("rows.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    return loadTable({ dataDir: workspace.dataDir, name: "customers", file, key: ["id"], ...given });
  }

  function serve(onError?: (error: Error) => void): TableSource {
    const { dataDir } = workspace;
    const source = tableSource({ name: "people", table: "customers", dataDir, checkEveryMs: 5, onError });
    sources.push(source);
    return source;
  }

  const n: readonly SourceFeature[] = [{ path: "n", type: "integer" }];

  it("answers in the order asked, and says why what is missing is missing", async () => {
    await load([{ id: "c1", n: 7, x: 0.5, s: "text", b: true, t: 1000, nothing: null }], {
      columns: { t: "timestamp" },
    });
    const cases: readonly { path: string; type: FeatureType; value: unknown }[] = [
      { path: "b", type: "boolean", value: true },
      { path: "n", type: "integer", value: 7 },
      { path: "n", type: "double", value: 7 },
      { path: "t", type: "timestamp", value: 1000 },
      { path: "id", type: "string", value: "c1" },
      { path: "nothing", type: "string", value: Missing.null },
      { path: "x", type: "integer", value: Missing.error },
      { path: "n", type: "string", value: Missing.error },
      { path: "n", type: "timestamp", value: Missing.error },
      { path: "unknown", type: "string", value: Missing.error },
      { path: "__proto__", type: "string", value: Missing.error },
      { path: "constructor", type: "string", value: Missing.error },
    ];
    const answers = await lookUp(workspace.dataDir, "customers", cases, [["c1"], ["c2"]]);
    assert.deepEqual(answers, [
      { status: "OK", values: cases.map(({ value }) => value) },
      { status: "NOT_FOUND", values: cases.map(() => Missing.not_found) },
    ]);
  });

  it("fails each fetch from a table never loaded, and works once it is loaded", async () => {
    const source = serve();
    assert.deepEqual([source.name, source.kind], ["people", "table"]);
    const fetch = source.prepare(n);
    const notLoaded = { message: "table customers is not loaded: run verdict table load customers FILE" };
    assert.throws(() => fetch(requestFor("c1")), notLoaded);
    assert.throws(() => fetch(requestFor("c1")), notLoaded);
    await load([{ id: "c1", n: 1 }]);
    await until(() => answers(() => fetch(requestFor("c1"))));
    assert.deepEqual(fetch(requestFor("c1")), { status: "OK", values: [1] });
  });

  it("finds columns by name again when a load moved them, and says so when one is gone", async () => {
    await load([{ id: "c1", a: "x", n: 1 }]);
    const fetch = serve().prepare([{ path: "a", type: "string" }, ...n]);
    assert.deepEqual(fetch(requestFor("c1")), { status: "OK", values: ["x", 1] });
    await load([{ id: "c1", n: 2 }]);
    await until(() => (fetch(requestFor("c1")) as SourceAnswer).values[1] === 2);
    assert.deepEqual(fetch(requestFor("c1")), { status: "OK", values: [Missing.error, 2] });
  });

  it("matches numbers by value and nothing across kinds", async () => {
    const rows = [
      { id: "1", k: "text" },
      { id: "01", k: "zero" },
    ];
    await load(rows);
    const k: readonly SourceFeature[] = [{ path: "k", type: "string" }];
    const status = async (...key: FeatureValue[]) =>
      (await lookUp(workspace.dataDir, "customers", k, [key]))[0]?.values[0];
    assert.equal(await status("1"), "text");
    await assert.rejects(status(1), {
      message:
        "table customers was loaded with key column id as string, but the key feature is a number: load it again with --types id=TYPE",
    });
    await assert.rejects(status("1", "2"), { message: "table customers has a key of 1 columns, not of 2" });
    await load([
      { id: 1, k: "one" },
      { id: -0, k: "zero" },
      { id: 2 ** 53 - 1, k: "large" },
    ]);
    assert.equal(await status(1), "one");
    assert.equal(await status(0), "zero");
    assert.equal(await status(-0), "zero");
    assert.equal(await status(2 ** 53 - 1), "large");
    assert.equal(await status(1.5), Missing.not_found);
    await assert.rejects(status(true), /key feature is a boolean/);
    await load([{ id: true, k: "yes" }]);
    assert.deepEqual([await status(true), await status(false)], ["yes", Missing.not_found]);
  });

  it("keeps hostile and look-alike keys apart", async () => {
    const long = "x".repeat(5000);
    const keys: readonly (readonly [string, string])[] = [
      ["a", "bc"],
      ["ab", "c"],
      ["", "abc"],
      ["abc", ""],
      ["", ""],
      ["__proto__", "constructor"],
      ["\u0000", ""],
      ["", "\u0000"],
      ["é", "e\u0301"],
      ["e\u0301", "é"],
      ["\ufffd", "👩‍👩‍👧"],
      [`${long}a`, long],
      [`${long}b`, long],
      [long, `a${long}`],
      ["null", "true"],
      ["x".repeat(990), "y".repeat(1010)],
      ["€".repeat(4000), "€"],
    ];
    const rows = keys.map(([id, second], n) => ({ id, second, n }));
    await load(rows, { key: ["id", "second"] });
    const found = await lookUp(workspace.dataDir, "customers", n, keys);
    assert.deepEqual(
      found.map(({ values }) => values[0]),
      keys.map((_, index) => index),
    );
    const others = [
      ["\ud800", "👩‍👩‍👧"],
      ["\ud801", ""],
      ["A", "bc"],
      [`${long}c`, long],
      ["bc", "a"],
    ];
    const notFound = await lookUp(workspace.dataDir, "customers", n, others);
    assert.deepEqual(new Set(notFound.map(({ status }) => status)), new Set(["NOT_FOUND"]));
  });

  it("serves on, and reports once, when a new version cannot be opened; the next load mends it", async () => {
    await load([{ id: "c1", n: 1 }]);
    const errors: string[] = [];
    const fetch = serve((error) => errors.push(error.message)).prepare(n);
    const pointer = join(workspace.dataDir, "tables", "customers", "current.json");
    writeFileSync(pointer, "{}");
    await until(() => errors.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const broken = `${pointer} is not of this version of Verdict, or broken: load table customers again`;
    assert.deepEqual(errors, [broken]);
    assert.deepEqual(fetch(requestFor("c1")), { status: "OK", values: [1] });
    const late = serve().prepare(n);
    assert.throws(() => late(requestFor("c1")), { message: broken });
    await load([{ id: "c1", n: 2 }]);
    await until(
      () => answers(() => late(requestFor("c1"))) && (fetch(requestFor("c1")) as SourceAnswer).values[0] === 2,
    );
  });

  const damages: readonly [name: string, damage: (bytes: Buffer) => Buffer][] = [
    ["empty", () => Buffer.alloc(0)],
    ["cut off", (bytes) => bytes.subarray(0, bytes.length / 2)],
    ["garbage", (bytes) => Buffer.alloc(bytes.length, "garbage")],
    ["zeros", (bytes) => Buffer.alloc(bytes.length)],
  ];
  for (const [name, damage] of damages)
    it(`serves on when the next version's file is ${name}, and says so`, async () => {
      await load([{ id: "c1", n: 1 }]);
      const errors: string[] = [];
      const fetch = serve((error) => errors.push(error.message)).prepare(n);
      const folder = join(workspace.dataDir, "tables", "customers");
      const description = describeTable(workspace.dataDir, "customers")!;
      const file = join(folder, "next.mdb");
      writeFileSync(file, damage(readFileSync(join(folder, `${description.version}.mdb`))));
      writeFileSync(join(folder, "current.json"), JSON.stringify({ ...description, version: "next" }));
      await until(() => errors.length > 0);
      const broken = `${file} is damaged or was not copied whole: load the table again`;
      assert.deepEqual(errors, [broken]);
      assert.deepEqual(fetch(requestFor("c1")), { status: "OK", values: [1] });
      assert.throws(() => serve().prepare(n)(requestFor("c1")), { message: broken });
      await load([{ id: "c1", n: 2 }]);
      await until(() => (fetch(requestFor("c1")) as SourceAnswer).values[0] === 2);
    });

  it("says that it is closed", async () => {
    await load([{ id: "c1", n: 1 }]);
    const source = serve();
    const fetch = source.prepare(n);
    await source.close();
    await source.close();
    assert.throws(() => fetch(requestFor("c1")), { message: "table customers is closed" });
  });
});

function answers(look: () => unknown): boolean {
  try {
    look();
    return true;
  } catch {
    return false;
  }
}

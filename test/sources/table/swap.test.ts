import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { SourceAnswer } from "../../../src/domain/source.ts";
import { describeTable } from "../../../src/sources/table/description.ts";
import { loadTable } from "../../../src/sources/table/load.ts";
import { type TableSource, tableSource } from "../../../src/sources/table/source.ts";
import { generationColumns, generationFeatures, generationOf, generationRows } from "./generations.ts";
import type { ReaderReport } from "./reader-process.ts";
import { createWorkspace, lookUp, requestFor, until, type Workspace } from "./support.ts";

const keys = 400;

describe("loading a table that is being served", () => {
  let workspace: Workspace;
  const children: ChildProcess[] = [];
  const sources: TableSource[] = [];
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
    for (const child of children.splice(0)) child.kill("SIGKILL");
    workspace.remove();
  });

  function load(generation: number): Promise<unknown> {
    const file = workspace.write(`${generation}.jsonl`, generationRows(generation, keys));
    const { dataDir } = workspace;
    return loadTable({ dataDir, name: "customers", file, key: ["id"], columns: generationColumns });
  }

  function serve(): TableSource {
    const source = tableSource({ name: "s", table: "customers", dataDir: workspace.dataDir, checkEveryMs: 5 });
    sources.push(source);
    return source;
  }

  function start(script: URL, ...args: readonly string[]): ChildProcess {
    const child = fork(script, [workspace.dataDir, ...args]);
    children.push(child);
    return child;
  }

  function filesOfTable(): string[] {
    return readdirSync(join(workspace.dataDir, "tables", "customers")).sort();
  }

  function filesOf(version: string): string[] {
    return [`${version}.mdb`, `${version}.mdb-lock`, "current.json"].sort();
  }

  it("answers every lookup wholly from the old or wholly from the new rows, in this and in other processes", async () => {
    await load(1);
    const child = start(new URL("./reader-process.ts", import.meta.url), String(keys));
    await once(child, "message");
    const fetches = [serve(), serve()].map((source) => source.prepare(generationFeatures));
    let newest = 1;
    let lookups = 0;
    let looping = true;
    const loop = (async () => {
      while (looping) {
        for (let id = 0; id < keys; id += 1) {
          const seen = fetches.map((fetch) => generationOf(id, fetch(requestFor(`c${id}`)) as SourceAnswer));
          newest = Math.max(...seen);
          lookups += 1;
        }
        await setImmediate();
      }
    })();
    for (let generation = 2; generation <= 12; generation += 1) {
      await load(generation);
      if (generation % 3 === 0) await until(() => newest === generation);
    }
    await until(() => newest === 12);
    looping = false;
    await loop;
    assert.ok(lookups > keys);

    child.send("last generation is 12");
    const [report] = (await once(child, "message")) as [ReaderReport];
    assert.deepEqual(report.failures, []);
    assert.equal(report.newest, 12);
    assert.ok(report.lookups > keys);
    assert.deepEqual(filesOfTable(), filesOf(describeTable(workspace.dataDir, "customers")!.version));
  });

  it("keeps the old table when a load is killed, refuses others while it runs, and clears up at the next", async () => {
    await load(1);
    const before = describeTable(workspace.dataDir, "customers")!;
    const child = start(
      new URL("./stuck-load-process.ts", import.meta.url),
      workspace.write("2.jsonl", generationRows(2, keys)),
    );
    await once(child, "message");
    assert.ok(filesOfTable().length > 3);
    await assert.rejects(load(3), (error: Error) => {
      const [first, second] = error.message.split("\n");
      assert.match(
        first!,
        new RegExp(`^table customers is being loaded by process ${child.pid} on .+: wait for it to end$`),
      );
      assert.match(second!, /^ {2}if there is no such load, remove .+\.loading$/);
      return true;
    });

    child.kill("SIGKILL");
    await once(child, "exit");
    assert.ok(filesOfTable().length > 3);
    assert.deepEqual(describeTable(workspace.dataDir, "customers"), before);
    const [answer] = await lookUp(workspace.dataDir, "customers", generationFeatures, [["c7"]]);
    assert.equal(generationOf(7, answer!), 1);

    await load(4);
    assert.deepEqual(filesOfTable(), filesOf(describeTable(workspace.dataDir, "customers")!.version));
  });

  it("lets one of several loads at once win, and refuses or queues the others", async () => {
    const results = await Promise.allSettled([load(1), load(2), load(3)]);
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
    assert.ok(reasons.length < results.length);
    for (const reason of reasons) assert.match(reason, /table customers is being loaded by process \d+/);
    const [answer] = await lookUp(workspace.dataDir, "customers", generationFeatures, [["c0"]]);
    assert.ok(results[generationOf(0, answer!) - 1]?.status === "fulfilled");
    assert.deepEqual(filesOfTable(), filesOf(describeTable(workspace.dataDir, "customers")!.version));
  });

  it("ends a load that is aborted, leaving the table as it was", async () => {
    await load(1);
    const before = describeTable(workspace.dataDir, "customers")!;
    const file = workspace.write("2.jsonl", generationRows(2, keys));
    const { dataDir } = workspace;
    const abort = new AbortController();
    const reason = new Error("stopped");
    const loading = loadTable({
      dataDir,
      name: "customers",
      file,
      key: ["id"],
      onProgress: () => abort.abort(reason),
      signal: abort.signal,
    });
    await assert.rejects(loading, reason);
    assert.deepEqual(describeTable(dataDir, "customers"), before);
    assert.deepEqual(filesOfTable(), filesOf(before.version));
  });
});

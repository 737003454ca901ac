import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { lockTable } from "../../../src/sources/table/lock.ts";
import { type TablePlace, tablePlace } from "../../../src/sources/table/place.ts";
import { createWorkspace, type Workspace } from "./support.ts";

describe("the right to load a table", () => {
  let workspace: Workspace;
  let place: TablePlace;
  beforeEach(() => {
    workspace = createWorkspace();
    place = tablePlace(workspace.dataDir, "customers");
    mkdirSync(place.directory, { recursive: true });
  });
  afterEach(() => workspace.remove());

  function announceAs(host: string, processId: number): string {
    const file = join(place.directory, `${encodeURIComponent(host)}.${processId}.0a1b2c3d.loading`);
    writeFileSync(file, "");
    return file;
  }

  it("is one load's at a time, and another's when given back", async () => {
    const unlock = await lockTable(place);
    await assert.rejects(lockTable(place), /table customers is being loaded by process/);
    await unlock();
    await (await lockTable(place))();
  });

  it("is one table's alone", async () => {
    const unlock = await lockTable(place);
    await (await lockTable(tablePlace(workspace.dataDir, "terminals")))();
    await unlock();
  });

  it("is taken over from processes that are gone, also from one whose id this process got", async () => {
    // Linux gives out no process id above 2^22.
    const files = [announceAs(hostname(), 2 ** 22 + 1), announceAs(hostname(), process.pid)];
    await (await lockTable(place))();
    assert.deepEqual(files.map(existsSync), [false, false]);
  });

  it("is left to a process of another host, which cannot be looked up", async () => {
    const file = announceAs("other.host", 7);
    await assert.rejects(lockTable(place), {
      message: `table customers is being loaded by process 7 on other.host: wait for it to end\n  if there is no such load, remove ${file}`,
    });
    assert.ok(existsSync(file));
  });
});

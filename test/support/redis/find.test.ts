import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cleanUp } from "../clean-up.ts";
import { findRedis } from "./find.ts";

describe("the redis-server of the tests", () => {
  const clean = cleanUp();
  /** A folder with a program that says it is a redis-server of that version. */
  const folderWith = async (version: string) => {
    const folder = path.join(await clean.folder(), version);
    await mkdir(folder);
    const file = path.join(folder, "redis-server");
    await writeFile(file, `#!/bin/sh\necho "Redis server v=${version} sha=00000000:0 bits=64"\n`, { mode: 0o755 });
    return { folder, file };
  };

  it("is the first that is new enough: on PATH, then fetched", async () => {
    const [old, good, newer] = [await folderWith("6.0.16"), await folderWith("6.2.5"), await folderWith("10.0.1")];
    const cases = [
      { path: [old, good, newer], fetched: newer, found: { file: good.file, version: "6.2.5" } },
      { path: [newer, good], fetched: old, found: { file: newer.file, version: "10.0.1" } },
      { path: [old], fetched: good, found: { file: good.file, version: "6.2.5" } },
      { path: [old], fetched: old, found: undefined },
      { path: [], fetched: old, found: undefined },
    ];
    for (const { path: places, fetched, found } of cases) {
      const PATH = places.map(({ folder }) => folder).join(path.delimiter);
      assert.deepEqual(findRedis({ environment: { PATH }, fetched: fetched.folder }), found);
    }
  });

  it("is the one REDIS_SERVER names, or none", async () => {
    const [old, good, newer] = [await folderWith("6.0.16"), await folderWith("6.2.5"), await folderWith("10.0.1")];
    const named = (file: string) =>
      findRedis({ environment: { PATH: newer.folder, REDIS_SERVER: file }, fetched: newer.folder });
    assert.deepEqual(named(good.file), { file: good.file, version: "6.2.5" });
    assert.deepEqual(named(""), { file: newer.file, version: "10.0.1" });
    assert.throws(() => named(old.file), /REDIS_SERVER=.* has version 6\.0\.16, which is too old/);
    assert.throws(() => named("/nowhere/redis-server"), /REDIS_SERVER=.* is no redis-server that runs/);
  });

  it("is missed with a mend, not silently", async () => {
    const install = fileURLToPath(new URL("install.ts", import.meta.url));
    const nothing = await clean.folder();
    const run = promisify(execFile)(process.execPath, [install, path.join(nothing, "fetched")], {
      env: { PATH: nothing },
    });
    await assert.rejects(run, ({ code, stderr }: { code: number; stderr: string }) => {
      assert.equal(code, 1);
      assert.match(stderr, /could not fetch one[\s\S]*python3[\s\S]*apt-get[\s\S]*version 6\.2 or later is needed/);
      return true;
    });
  });
});

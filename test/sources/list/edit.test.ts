import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { chmod, lstat, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { addEntries, removeEntries } from "../../../src/sources/list/edit.ts";
import { lockForEdit } from "../../../src/sources/list/edit-lock.ts";
import { BadListError, type ListEntries } from "../../../src/sources/list/known.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { runs } from "../../support/property.ts";
import { listFolder } from "./support.ts";

const never = Number.POSITIVE_INFINITY;
const november = Date.UTC(2026, 10, 1);
const december = Date.UTC(2026, 11, 1);

describe("editing a list's file", () => {
  const clean = cleanUp();

  interface Case {
    readonly does: string;
    readonly before: string;
    readonly add?: ListEntries;
    readonly remove?: readonly string[];
    readonly after: string;
    readonly result: object;
  }
  const cases: readonly Case[] = [
    {
      does: "adds behind what is there, in order",
      before: "# ours\n\nb\na # x\n",
      add: new Map([
        ["z", never],
        ["y", december],
      ]),
      after: "# ours\n\nb\na # x\nz\ny\t2026-12-01T00:00:00Z\n",
      result: { added: ["z", "y"], extended: [], already: new Map() },
    },
    {
      does: "changes nothing where all is there already, for as long or longer",
      before: "a\r\nb\t2026-12-01",
      add: new Map([
        ["a", december],
        ["b", november],
      ]),
      after: "a\r\nb\t2026-12-01",
      result: {
        added: [],
        extended: [],
        already: new Map([
          ["a", never],
          ["b", december],
        ]),
      },
    },
    {
      does: "gives more time in place, on one line of the entry",
      before: "\ufeff a \t2026-10-01 \r\n#\r\na\t2026-11-01\r\nb\t2026-11-01",
      add: new Map([
        ["a", december],
        ["b", never],
      ]),
      after: "\ufeff a\t2026-12-01T00:00:00Z\r\n#\r\na\t2026-11-01\r\nb",
      result: { added: [], extended: ["a", "b"], already: new Map() },
    },
    {
      does: "ends lines as the file does, also the last one that had no end",
      before: "a\r\nb",
      add: new Map([["c", never]]),
      after: "a\r\nb\r\nc\r\n",
      result: { added: ["c"], extended: [], already: new Map() },
    },
    {
      does: "adds to an empty file",
      before: "",
      add: new Map([["c", never]]),
      after: "c\n",
      result: { added: ["c"], extended: [], already: new Map() },
    },
    {
      does: "removes every line of an entry, and nothing else",
      before: "# a\na\nab\n a\t2020-01-01\n\nb",
      remove: ["a", "b", "c"],
      after: "# a\nab\n\n",
      result: { removed: ["a", "b"], absent: ["c"] },
    },
    {
      does: "removes nothing where nothing is there",
      before: "# a\r\nab",
      remove: ["a"],
      after: "# a\r\nab",
      result: { removed: [], absent: ["a"] },
    },
  ];
  for (const { does, before, add, remove = [], after, result } of cases) {
    it(does, async () => {
      const { file, write, directory } = await listFolder(clean);
      await write("cards", before);
      const { ino } = await stat(file("cards"));
      const done = add === undefined ? removeEntries(file("cards"), new Set(remove)) : addEntries(file("cards"), add);
      assert.deepEqual(await done, result);
      assert.equal(await readFile(file("cards"), "utf8"), after);
      // What did not change was not written either.
      assert.equal((await stat(file("cards"))).ino === ino, before === after);
      assert.deepEqual(await readdir(directory), ["cards.txt"]);
    });
  }

  it("makes the file when there is none", async () => {
    const { file } = await listFolder(clean);
    await addEntries(file("cards"), new Map([["a", never]]));
    assert.equal(await readFile(file("cards"), "utf8"), "a\n");
  });

  it("refuses a bad file, and one that would get too long, and leaves it as it is", async () => {
    const { file, write } = await listFolder(clean);
    await write("cards", "a\tsoon\n");
    const bad = (error: unknown) => error instanceof BadListError && error.problems.shown[0]?.line === 1;
    await assert.rejects(addEntries(file("cards"), new Map([["b", never]])), bad);
    await assert.rejects(removeEntries(file("cards"), new Set(["a"])), bad);
    assert.equal(await readFile(file("cards"), "utf8"), "a\tsoon\n");
    await write("cards", "a\nb\n");
    await assert.rejects(
      addEntries(
        file("cards"),
        new Map([
          ["c", never],
          ["a", never],
        ]),
        2,
      ),
      /would have more than 2 entries: remove others/,
    );
    assert.equal(await readFile(file("cards"), "utf8"), "a\nb\n");
  });

  it("keeps the file's rights, and a link to it", async () => {
    const { directory, file } = await listFolder(clean);
    const real = path.join(directory, "real");
    await writeFile(real, "a\n");
    await chmod(real, 0o640);
    await symlink("real", file("cards"));
    await addEntries(file("cards"), new Map([["b", never]]));
    assert.ok((await lstat(file("cards"))).isSymbolicLink());
    assert.equal((await stat(real)).mode & 0o777, 0o640);
    assert.equal(await readFile(real, "utf8"), "a\nb\n");
  });

  it("does not write over what an editor saved meanwhile", async () => {
    const { file, write } = await listFolder(clean);
    await write("cards", "a\n".repeat(1_000_000));
    const adding = addEntries(file("cards"), new Map([["b", never]]));
    await sleep(20);
    await write("cards", "saved\n");
    await assert.rejects(adding, /changed by somebody else meanwhile: try again|no such file/);
    assert.equal(await readFile(file("cards"), "utf8"), "saved\n");
  });

  it("does as a list of lines does", async () => {
    const { file, write } = await listFolder(clean);
    const entry = fc.constantFrom<string[]>("a", "b", "c", "dé", "e 1");
    const line = fc.oneof(entry, fc.constantFrom("", "# a", "  "));
    const edit = fc.record({ add: fc.boolean(), entries: fc.uniqueArray(entry, { minLength: 1, maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.array(edit, { maxLength: 4 }), async (lines, edits) => {
        await write("cards", lines.map((each) => `${each}\n`).join(""));
        let expected = lines;
        for (const { add, entries } of edits) {
          if (add) await addEntries(file("cards"), new Map(entries.map((each) => [each, never])));
          else await removeEntries(file("cards"), new Set(entries));
          expected = add
            ? [...expected, ...entries.filter((each) => !expected.includes(each))]
            : expected.filter((each) => !entries.includes(each));
        }
        assert.deepEqual((await readFile(file("cards"), "utf8")).split("\n").slice(0, -1), expected);
      }),
      runs(40),
    );
  });
});

describe("simultaneous edits of a list", () => {
  const clean = cleanUp();

  function start(...args: readonly string[]): ChildProcess {
    const child = fork(new URL("./edit-process.ts", import.meta.url), args);
    clean.later(() => child.kill("SIGKILL"));
    return child;
  }

  it("take turns: of all that is added, in this and in other processes, nothing is lost", async () => {
    const { directory, file, write } = await listFolder(clean);
    await write("cards", "first\n");
    const children = ["p", "q"].map((prefix) => start(file("cards"), prefix, "10"));
    const ended = children.map((child) => once(child, "exit"));
    const here = Array.from({ length: 10 }, (_, at) => addEntries(file("cards"), new Map([[`r-${at}`, never]])));
    await Promise.all([...ended, ...here]);
    const wanted = ["p", "q", "r"].flatMap((prefix) => Array.from({ length: 10 }, (_, at) => `${prefix}-${at}`));
    assert.deepEqual((await readFile(file("cards"), "utf8")).trim().split("\n").sort(), ["first", ...wanted].sort());
    assert.deepEqual(await readdir(directory), ["cards.txt"]);
  });

  it("survive processes that are killed while they edit: what was said to be added stays, and the next can edit", async () => {
    const { directory, file, write } = await listFolder(clean);
    await write("cards", `${Array.from({ length: 20_000 }, (_, at) => `old-${at}`).join("\n")}\n`);
    const told: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const child = start(file("cards"), `k${round}`, "1000");
      child.on("message", (entry: string) => told.push(entry));
      await once(child, "message");
      await sleep(7 * round);
      child.kill("SIGKILL");
      await once(child, "exit");
      const lines = new Set((await readFile(file("cards"), "utf8")).split("\n"));
      assert.deepEqual(
        [told.filter((entry) => !lines.has(entry)), lines.has("old-0"), lines.has("old-19999")],
        [[], true, true],
      );
    }
    await addEntries(file("cards"), new Map([["last", never]]));
    assert.deepEqual(await readdir(directory), ["cards.txt"]);
  });

  it("wait for the one before, and say which file to remove if that takes too long", async () => {
    const { directory, file } = await listFolder(clean);
    const child = start(file("cards"));
    await once(child, "message");
    const [lock] = await readdir(directory);
    await assert.rejects(lockForEdit(file("cards"), 60), {
      message: `${file("cards")} is being edited by another process: wait for it to end; if there is none, remove ${path.join(directory, lock!)}`,
    });
    assert.deepEqual(await readdir(directory), [lock]);
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await lockForEdit(file("cards"), 60)).release();
    assert.deepEqual(await readdir(directory), []);
  });

  it("are not held up by what dead processes left, whether they had chosen a place or not, here or elsewhere", async () => {
    const { directory, file } = await listFolder(clean);
    // Linux gives out no process id above 2^22.
    const owners = [`${2 ** 22 + 1}.${hostname()}`, `${process.pid}.${hostname()}`];
    for (const owner of owners)
      for (const number of ["choosing", "1"])
        await writeFile(path.join(directory, `.cards.txt.${number}.0a1b.${owner}.edit`), "");
    const elsewhere = path.join(directory, ".cards.txt.1.0a1c.7.other.host.edit");
    await writeFile(elsewhere, "");
    await assert.rejects(lockForEdit(file("cards"), 30), /other\.host\.edit$/);
    await utimes(elsewhere, 0, 0);
    const lock = await lockForEdit(file("cards"), 30);
    await lock.confirm();
    assert.equal((await readdir(directory)).length, 1);
    await lock.release();
  });

  it("of different lists do not wait for each other", async () => {
    const { file } = await listFolder(clean);
    const locks = [await lockForEdit(file("cards"), 0), await lockForEdit(file("cards.txt.1"), 0)];
    for (const lock of locks) await lock.release();
  });

  it("write nothing once they lost the right", async () => {
    const { directory, file } = await listFolder(clean);
    const lock = await lockForEdit(file("cards"));
    for (const each of await readdir(directory)) await rm(path.join(directory, each));
    await assert.rejects(lock.confirm(), /stood still for too long/);
    await lock.release();
  });
});

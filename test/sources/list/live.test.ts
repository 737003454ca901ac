import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type FileLists, type ListState, openFileLists } from "../../../src/sources/list/file-lists.ts";
import { listNamesIn } from "../../../src/sources/list/names.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { until } from "../../support/until.ts";
import { listFolder } from "./support.ts";

describe("lists in files", () => {
  const clean = cleanUp();

  async function open(directory: string, everyMs = 5) {
    const loaded: ListState[] = [];
    const problems: string[] = [];
    const lists = await openFileLists({
      directory,
      everyMs,
      onLoaded: (state) => loaded.push(state),
      onProblem: ({ problem }) => problems.push((problem ?? "").replaceAll(`${directory}/`, "")),
    });
    clean.later(() => lists.close());
    return { lists, loaded, problems };
  }

  const state = (lists: FileLists, name: string) => lists.state().find((each) => each.name === name);

  it("are there from the beginning, and say what they are", async () => {
    const { directory, file, write } = await listFolder(clean);
    await write("cards", "c1\nc2\t2030-01-01\nc1\n");
    await write("devices", "");
    await writeFile(path.join(directory, "README.md"), "none");
    await writeFile(path.join(directory, "Cards.txt"), "none");
    await writeFile(path.join(directory, ".cards.txt.1.tmp"), "none");
    await mkdir(path.join(directory, "folder.txt"));
    const { lists, loaded, problems } = await open(directory);
    assert.deepEqual(lists.names(), ["cards", "devices"]);
    assert.deepEqual(await listNamesIn(directory), ["cards", "devices"]);
    assert.equal(lists.has("cards", "c1", 0), true);
    assert.equal(lists.has("cards", "c3", 0), false);
    assert.equal(lists.has("devices", "c1", 0), false);
    assert.equal(lists.has("terminals", "c1", 0), undefined);
    const { loadedAt, bytes, ...rest } = state(lists, "cards")!.loaded!;
    assert.ok(Date.now() - loadedAt < 60_000 && bytes > 0);
    assert.deepEqual(rest, {
      entries: 2,
      expiring: 1,
      digest: createHash("sha256").update("c1\nc2\t2030-01-01\nc1\n").digest("hex"),
    });
    assert.equal(state(lists, "cards")!.file, file("cards"));
    assert.deepEqual([loaded.map(({ name }) => name), problems], [["cards", "devices"], []]);
  });

  it("may have no folder yet", async () => {
    const directory = path.join(await clean.folder(), "lists");
    assert.deepEqual(await listNamesIn(directory), []);
    const { lists } = await open(directory);
    assert.deepEqual(lists.names(), []);
    await mkdir(directory);
    await writeFile(path.join(directory, "cards.txt"), "c1\n");
    await until(() => lists.has("cards", "c1", 0) === true);
  });

  it("follow appended lines, renamed and linked files, and new lists", async () => {
    const { directory, file, write } = await listFolder(clean);
    await write("cards", "c1\n");
    const { lists, problems } = await open(directory);
    await appendFile(file("cards"), "c2\n");
    await until(() => lists.has("cards", "c2", 0) === true);
    await writeFile(path.join(directory, "aside"), "c3\n");
    await rename(path.join(directory, "aside"), file("cards"));
    await until(() => lists.has("cards", "c3", 0) === true);
    assert.equal(lists.has("cards", "c1", 0), false);
    await writeFile(path.join(directory, "version-2"), "d2\n");
    await symlink("version-2", file("devices"));
    await until(() => lists.has("devices", "d2", 0) === true);
    assert.deepEqual(problems, []);
  });

  it("are read when they stand still, not while they are written", async () => {
    const { directory, file, write } = await listFolder(clean);
    await write("cards", "old\n");
    const { lists, loaded, problems } = await open(directory, 100);
    const endAt = performance.now() + 500;
    while (performance.now() < endAt) await appendFile(file("cards"), "half a line\tno ti");
    await write("cards", "new\n");
    await until(() => lists.has("cards", "new", 0) === true);
    assert.deepEqual([loaded.map((each) => each.loaded!.entries), problems], [[1, 1], []]);
  });

  it("keep the last good entries when a file turns bad, say so once, and take the mended one", async () => {
    const { directory, write } = await listFolder(clean);
    await write("cards", "c1\n");
    const { lists, loaded, problems } = await open(directory);
    await write("cards", "c1\nc2\tsoon\n");
    await until(() => problems.length > 0);
    await lists.refresh();
    assert.deepEqual(problems, ["cards.txt:2: what follows the TAB is not a time: write it as 2026-11-01T10:00:00Z"]);
    assert.match(state(lists, "cards")!.problem ?? "", /cards\.txt:2: /);
    assert.equal(state(lists, "cards")!.loaded!.entries, 1);
    assert.deepEqual([lists.has("cards", "c1", 0), lists.has("cards", "c2", 0)], [true, false]);
    await write("cards", "c2\n");
    await until(() => lists.has("cards", "c2", 0) === true);
    assert.equal(state(lists, "cards")!.problem, undefined);
    assert.deepEqual([loaded.length, problems.length], [2, 1]);
  });

  it("know nothing of a list that was never good, until it is", async () => {
    const { directory, write } = await listFolder(clean);
    await write("cards", "c1\tsoon\n");
    const { lists, problems } = await open(directory);
    assert.equal(problems.length, 1);
    assert.equal(lists.has("cards", "c1", 0), undefined);
    assert.equal(state(lists, "cards")!.loaded, undefined);
    await write("cards", "c1\n");
    await until(() => lists.has("cards", "c1", 0) === true);
  });

  it("keep what was in a file that is gone, say so, and take it when it is back", async () => {
    const { directory, file, write } = await listFolder(clean);
    await write("cards", "c1\n");
    await write("bad", "c1\tsoon\n");
    const { lists, problems } = await open(directory);
    await rm(file("bad"));
    await rename(file("cards"), path.join(directory, "aside"));
    await until(() => problems.length > 1);
    assert.equal(problems[1], "cards.txt: the file is gone: put it back, or let no policy ask for it and restart");
    assert.deepEqual(lists.names(), ["cards"]);
    assert.equal(lists.has("cards", "c1", 0), true);
    await rename(path.join(directory, "aside"), file("cards"));
    await until(() => state(lists, "cards")!.problem === undefined);
    await rm(directory, { recursive: true });
    await until(() => problems.length > 2);
    assert.equal(lists.has("cards", "c1", 0), true);
    await lists.close();
    assert.equal(lists.has("cards", "c1", 0), undefined);
    assert.deepEqual(lists.names(), []);
  });

  it("report a file that cannot be opened, and read it when it can", async function () {
    if (process.getuid?.() === 0) return this.skip(); // The superuser can open every file.
    const { directory, file, write } = await listFolder(clean);
    await write("cards", "c1\n");
    await chmod(file("cards"), 0);
    const { lists, problems } = await open(directory);
    assert.match(problems[0] ?? "", /the file cannot be read/);
    await chmod(file("cards"), 0o600);
    await until(() => lists.has("cards", "c1", 0) === true);
  });

  it("change as a whole: every lookup sees the old or the new list, small or large", async () => {
    const { directory, file, write } = await listFolder(clean);
    // Lists of one generation hold all of its entries; the odd ones are large enough for a thread of their own.
    const text = (generation: number) =>
      Array.from({ length: generation % 2 === 0 ? 100 : 20_000 }, (_, at) => `g${generation}-${at}\n`).join("");
    await write("cards", text(0));
    const { lists, loaded, problems } = await open(directory, 2);
    let generation = 0;
    let torn = 0;
    let swaps = 0;
    let asked = true;
    const asking = (async () => {
      for (let seen = -1; asked; await turn()) {
        const now = [...Array(12).keys()].filter((each) => lists.has("cards", `g${each}-0`, 0));
        if (now.length !== 1 || lists.has("cards", `g${now[0]}-99`, 0) !== true) torn += 1;
        if (now[0] !== seen) swaps += 1;
        seen = now[0]!;
      }
    })();
    for (generation = 1; generation < 12; generation += 1) {
      await writeFile(path.join(directory, "aside"), text(generation));
      await rename(path.join(directory, "aside"), file("cards"));
      await until(() => lists.has("cards", `g${generation}-0`, 0) === true);
    }
    asked = false;
    await asking;
    assert.deepEqual([torn, swaps, loaded.length, problems], [0, 12, 12, []]);
  });

  it("pick up a change that came while a large list was read", async () => {
    const { directory, write } = await listFolder(clean);
    await write("cards", "c1\n");
    const { lists } = await open(directory);
    await write("cards", "many\n".repeat(300_000));
    const reading = lists.refresh();
    await write("cards", "few\n");
    await reading;
    await until(() => lists.has("cards", "few", 0) === true);
    assert.equal(lists.has("cards", "many", 0), false);
  });

  it("are read whole before they are open, also by a process that has nothing else to do", async () => {
    const { directory, write } = await listFolder(clean);
    await write("cards", Array.from({ length: 20_000 }, (_, at) => `c${at}\n`).join(""));
    const script = fileURLToPath(new URL("./open-process.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, directory]);
    assert.equal(stdout, "cards 20000\n");
  });

  it("can be closed while a large list is read", async () => {
    const { directory, write } = await listFolder(clean);
    const { lists, loaded, problems } = await open(directory);
    await write("cards", "many\n".repeat(300_000));
    const reading = lists.refresh();
    await lists.close();
    await reading;
    assert.deepEqual([loaded, problems, lists.has("cards", "many", 0)], [[], [], undefined]);
  });
});

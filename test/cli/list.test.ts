import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { exitCodes } from "../../src/cli/exit.ts";
import { cleanUp } from "../support/clean-up.ts";
import { type Ran, runVerdict } from "../support/run-verdict.ts";
import { runList } from "./support/run-list.ts";

/** A policies folder with lists in it. */
interface Workspace {
  readonly policies: string;
  readonly lists: string;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  /** `verdict list …` in this process; the folder is cut out of what it prints. */
  list(...args: readonly string[]): Promise<Ran>;
}

describe("verdict list", () => {
  const clean = cleanUp();

  async function workspace(): Promise<Workspace> {
    const policies = await clean.folder();
    const lists = path.join(policies, "lists");
    await mkdir(lists);
    return {
      policies,
      lists,
      write: (file, text) => writeFile(path.join(lists, file), text),
      read: (file) => readFile(path.join(lists, file), "utf8"),
      async list(command, ...args) {
        const { code, out, err } = await runList([command!, "--policies", policies, ...args]);
        const cut = (text: string) => text.replaceAll(`${lists}/`, "").replaceAll(lists, "lists");
        return { code, out: cut(out), err: cut(err) };
      },
    };
  }

  const ok = (out: string): Ran => ({ code: exitCodes.ok, out, err: "" });

  it("shows lists, and checks them", async () => {
    const { write, list } = await workspace();
    assert.deepEqual(await list("show"), ok("lists has no lists\n"));
    await write("cards.txt", "c1\nc2\t2030-01-01\n");
    await write("devices.txt", "d1\n");
    const cards = "cards: 2 entries, 1 of them with an expiry; 0.0 kB on disk, 0.0 kB in memory\n";
    const devices = "devices: 1 entry; 0.0 kB on disk, 0.0 kB in memory\n";
    assert.deepEqual(await list("show", "cards"), ok(cards));
    assert.deepEqual(await list("check"), ok(`${cards}${devices}all good\n`));
    const { lists } = JSON.parse((await list("show", "--json")).out) as { lists: readonly object[] };
    assert.deepEqual(
      lists.map((each) => ({ ...each, bytes: 0, digest: "" })),
      [
        {
          name: "cards",
          file: "cards.txt",
          fileBytes: 17,
          entries: 2,
          expiring: 1,
          bytes: 0,
          digest: "",
          problems: [],
        },
        {
          name: "devices",
          file: "devices.txt",
          fileBytes: 3,
          entries: 1,
          expiring: 0,
          bytes: 0,
          digest: "",
          problems: [],
        },
      ],
    );
  });

  it("reports every problem of every list, with file, line and mend", async () => {
    const { write, list } = await workspace();
    await write("cards.txt", "c1\nc2\tsoon\n\tc3\n");
    await write("devices.txt", "d1\n");
    await write("My Cards.txt", "c1\n");
    const time = "what follows the TAB is not a time";
    assert.deepEqual(await list("check"), {
      code: exitCodes.documents,
      out: "",
      err: [
        "3 problems:",
        `cards.txt:2:1 $: ${time}`,
        "    mend: write it as 2026-11-01T10:00:00Z",
        "cards.txt:3:1 $: there is a TAB in front of the entry",
        "    mend: begin the line with the entry",
        "My Cards.txt $: it cannot be a list's name",
        "    mend: begin with a letter a to z, go on with a to z, 0 to 9, _ and -",
        "",
      ].join("\n"),
    });
    const checked = await list("check", "--json");
    assert.equal(checked.code, exitCodes.documents);
    const { problems } = JSON.parse(checked.out) as { problems: readonly { line: number }[] };
    assert.deepEqual(
      problems.map(({ line }) => line),
      [2, 3, 0],
    );
    const shown =
      "cards: does not load: line 2: what follows the TAB is not a time: write it as 2026-11-01T10:00:00Z (and 1 more: run verdict list check)\n";
    assert.deepEqual(await list("show", "cards"), ok(shown));
    assert.equal((await list("add", "cards", "c9")).code, exitCodes.documents);
    assert.equal((await list("has", "cards", "c1")).code, exitCodes.documents);
  });

  it("says whether an entry is in a list, now or at another time", async () => {
    const { write, list } = await workspace();
    await write("cards.txt", "c1\nc2\t2026-11-01\n");
    assert.deepEqual(await list("has", "cards", "c1"), ok("c1 is in cards\n"));
    assert.deepEqual(await list("has", "cards", "c3"), ok("c3 is not in cards\n"));
    const before = await list("has", "cards", "c2", "--at", "2026-10-31T23:59:59Z");
    assert.deepEqual(before, ok("c2 is in cards, until 2026-11-01T00:00:00Z\n"));
    const after = await list("has", "cards", "c2", "--at", "2026-11-01");
    assert.deepEqual(after, ok("c2 is not in cards: it expired 2026-11-01T00:00:00Z\n"));
    const json = await list("has", "cards", "c2", "--at", "2026-10-01", "--json");
    assert.deepEqual(JSON.parse(json.out), {
      list: "cards",
      entry: "c2",
      at: "2026-10-01T00:00:00Z",
      listed: true,
      expires: "2026-11-01T00:00:00Z",
    });
  });

  it("adds entries, from arguments or a file, and says what was there already", async () => {
    const { write, read, list, lists } = await workspace();
    await write("cards.txt", "# ours\nc1\n");
    assert.deepEqual(await list("add", "cards", "c2", "c1"), ok("cards: 1 added, 1 already there (c1)\n"));
    assert.deepEqual(await list("add", "cards", "c3", "--expires", "2099-01-01"), ok("cards: 1 added\n"));
    assert.deepEqual(
      await list("add", "cards", "c3", "--expires", "30d"),
      ok("cards: 0 added, 1 already there (c3 until 2099-01-01T00:00:00Z)\n"),
    );
    assert.equal(await read("cards.txt"), "# ours\nc1\nc2\nc3\t2099-01-01T00:00:00Z\n");
    await write("more", "# more\nc4\nc5\t2098-01-01\n");
    const from = await list("add", "cards", "--from", path.join(lists, "more"), "--expires", "2097-01-01", "--json");
    assert.deepEqual(JSON.parse(from.out), { list: "cards", file: "cards.txt", added: 2, extended: 0, already: 0 });
    await write("more", "c3\nc6\n");
    const again = await list("add", "cards", "--from", path.join(lists, "more"));
    assert.deepEqual(again, ok("cards: 1 added, 1 extended (c3)\n"));
    assert.equal(
      await read("cards.txt"),
      "# ours\nc1\nc2\nc3\nc4\t2097-01-01T00:00:00Z\nc5\t2098-01-01T00:00:00Z\nc6\n",
    );
    assert.deepEqual(await list("add", "new-list", "--create", "n1"), ok("new-list: 1 added\n"));
    assert.equal(await read("new-list.txt"), "n1\n");
  });

  it("gives entries a time from now on", async () => {
    const { write, read, list } = await workspace();
    await write("cards.txt", "");
    const from = Date.now();
    await list("add", "cards", "c1", "--expires", "12h");
    const expires = Date.parse((await read("cards.txt")).trim().split("\t")[1]!);
    assert.ok(expires >= from + 43_200_000 && expires <= Date.now() + 43_201_000, `${expires - from}`);
  });

  it("removes entries, and says what was not there", async () => {
    const { write, read, list, lists } = await workspace();
    await write("cards.txt", "# ours\nc1\nc2\nc1\t2020-01-01\nc3\n");
    assert.deepEqual(await list("remove", "cards", "c1", "c9"), ok("cards: 1 removed, 1 not in it (c9)\n"));
    await write("more", "c3\n");
    const json = await list("remove", "cards", "--from", path.join(lists, "more"), "--json");
    assert.deepEqual(JSON.parse(json.out), { list: "cards", file: "cards.txt", removed: 1, absent: 0 });
    assert.equal(await read("cards.txt"), "# ours\nc2\n");
  });

  it("reads standard input, and ends with a code that says how it went", async () => {
    const { policies, write, read } = await workspace();
    await write("cards.txt", "c1\n");
    const args = ["list", "add", "cards", "--from", "-", "--policies", policies];
    assert.deepEqual(await runVerdict(args, { stdin: "c1\nc2\n" }), ok("cards: 1 added, 1 already there (c1)\n"));
    assert.equal(await read("cards.txt"), "c1\nc2\n");
    const bad = await runVerdict(args, { stdin: "c3\nc4\tsoon\n" });
    assert.equal(bad.code, exitCodes.documents);
    assert.match(bad.err, /standard input:2:1 \$: what follows the TAB is not a time/);
    assert.equal(await read("cards.txt"), "c1\nc2\n");
  });

  const refused: readonly { args: readonly string[]; code: number; err: RegExp }[] = [
    {
      args: ["add", "cards"],
      code: exitCodes.usage,
      err: /^error: name the entries, or a file that holds them: --from FILE/,
    },
    {
      args: ["add", "crads", "c1"],
      code: exitCodes.usage,
      err: /^error: lists has no list crads; did you mean "cards"\?/,
    },
    {
      args: ["add", "../cards", "c1", "--create"],
      code: exitCodes.usage,
      err: /^error: "\.\.\/cards" cannot be a list's name/,
    },
    {
      args: ["add", "cards", "c1", "#c2"],
      code: exitCodes.usage,
      err: /^error: entry 2: lines that begin with # are comments/,
    },
    {
      args: ["add", "cards", " "],
      code: exitCodes.usage,
      err: /^error: entry 1: the entry is empty: write 1 to 512 bytes/,
    },
    {
      args: ["add", "cards", "a\tb"],
      code: exitCodes.usage,
      err: /^error: entry 1: an entry holds no TAB and no end of line/,
    },
    {
      args: ["add", "cards", "x".repeat(513)],
      code: exitCodes.usage,
      err: /^error: entry 1: the entry has 513 bytes, more than 512/,
    },
    {
      args: ["add", "cards", "c1", "--expires", "soon"],
      code: exitCodes.usage,
      err: /write a time such as 2026-11-01T10:00:00Z, or how long from now: 12h, 30d/,
    },
    {
      args: ["add", "cards", "c1", "--expires", "2020-01-01"],
      code: exitCodes.usage,
      err: /2020-01-01T00:00:00Z is past/,
    },
    {
      args: ["has", "cards", "c1", "--at", "noon"],
      code: exitCodes.usage,
      err: /^error: --at noon is not a time; write it as 2026-11-01T10:00:00Z/,
    },
  ];
  it("refuses wrong usage and bad entries before anything is written", async () => {
    const { write, read, list } = await workspace();
    await write("cards.txt", "c0");
    for (const { args, code, err } of refused) {
      const ran = await list(...args);
      assert.match(ran.err, err);
      assert.deepEqual([ran.code, ran.out, await read("cards.txt")], [code, "", "c0"]);
    }
  });
});

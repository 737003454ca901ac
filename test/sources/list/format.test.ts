import assert from "node:assert/strict";
import { scanList } from "../../../src/sources/list/scan.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { readList } from "./support.ts";

const noon = Date.UTC(2026, 10, 1, 12);

describe("the text of a list", () => {
  const clean = cleanUp();

  interface Good {
    readonly means: string;
    readonly text: string | Uint8Array;
    readonly has: readonly string[];
    readonly hasNot?: readonly string[];
    readonly expiring?: number;
  }
  const good: readonly Good[] = [
    { means: "one entry a line", text: "c1\nc2\n", has: ["c1", "c2"], hasNot: ["c3", "c", "C1", "c1\n", ""] },
    { means: "no end of line is needed at the end", text: "c1\nc2", has: ["c1", "c2"] },
    { means: "nothing", text: "", has: [], hasNot: ["", "c1"] },
    {
      means: "blank lines and comments are no entries",
      text: "\n# c1\n  \n\t\n  # c2\nc3 # 4\n",
      has: ["c3 # 4"],
      hasNot: ["# c1", "c1", "", "#", "# c2", "c2", "c3"],
    },
    {
      means: "white space around an entry is none of it",
      text: "  c1 \n\u00a0c2\u3000\nc 3\t\n",
      has: ["c1", "c2", "c 3"],
      hasNot: [" c1", "c1 ", "c3"],
    },
    { means: "lines may end in CR LF", text: "c1\r\n\r\n# no\r\nc2\t2026-11-02\r\n", has: ["c1", "c2"], expiring: 1 },
    {
      means: "a byte order mark is none of the first entry",
      text: "\ufeffc1\nc2\n",
      has: ["c1", "c2"],
      hasNot: ["\ufeffc1"],
    },
    {
      means: "letters of any script",
      text: "Müller\n東京\n🦊\ne\u0301\n",
      has: ["Müller", "東京", "🦊", "e\u0301"],
      hasNot: ["Muller", "é", "\ud83e"],
    },
    {
      means: "half a character is not the character that replaces it",
      text: "\ufffd\na\ufffd\n",
      has: ["\ufffd", "a\ufffd"],
      hasNot: ["\ud83e", "a\udd8a", "a\ud800"],
    },
    {
      means: "an expiry, from which on the entry does not count",
      text: "past\t2026-11-01T11:59:59Z\nnow\t2026-11-01T12:00:00Z\nsoon\t2026-11-01T12:00:00.001Z\nzone\t2026-11-01T12:30:00+01:00\nday\t2026-11-02\nspaced \t 2026-11-02 \n",
      has: ["soon", "day", "spaced"],
      hasNot: ["past", "now", "zone", "day\t2026-11-02"],
      expiring: 6,
    },
    {
      means: "an entry that is there twice is in while any line says so",
      text: "a\t2026-10-01\na\nb\nb\t2026-10-01\nc\t2026-12-01\nc\t2026-10-01\nd\t2026-10-01\nd\t2026-12-01\ne\t2026-10-01\ne\t2026-10-02\n",
      has: ["a", "b", "c", "d"],
      hasNot: ["e"],
      expiring: 3,
    },
    {
      means: "entries of up to 512 bytes",
      text: `${"x".repeat(512)}\n${"é".repeat(256)}\t2027-01-01\n${"y".repeat(253)}\n${"z".repeat(254)}\n`,
      expiring: 1,
      has: ["x".repeat(512), "é".repeat(256), "y".repeat(253), "z".repeat(254)],
      hasNot: ["x".repeat(511), "x".repeat(513), "é".repeat(255), "é".repeat(512), "y".repeat(254)],
    },
    { means: "a very long comment", text: `# ${"c".repeat(900_000)}\nc1\n`, has: ["c1"] },
  ];
  for (const { means, text, has, hasNot = [], expiring = 0 } of good) {
    it(`means: ${means}`, async () => {
      const list = await readList(text, await clean.folder());
      assert.deepEqual(list.problems, []);
      assert.deepEqual(
        has.filter((entry) => !list.has(entry, noon)),
        [],
      );
      assert.deepEqual(
        hasNot.filter((entry) => list.has(entry, noon)),
        [],
      );
      assert.equal(list.built.kind === "good" && list.built.contents.expiring, expiring);
    });
  }

  const tooManyFields =
    "the line has more than two fields: write the entry alone, or the entry, one TAB and the time it expires";
  const badTime = "what follows the TAB is not a time: write it as 2026-11-01T10:00:00Z";
  const firstTab = "there is a TAB in front of the entry: begin the line with the entry";
  const bad: readonly { means: string; text: string | Uint8Array; problems: readonly string[] }[] = [
    {
      means: "a time that is none",
      text: "# x\nc1\ttomorrow\nc2\t2026-02-30\nc3\t1790000000\n",
      problems: [2, 3, 4].map((line) => `list.txt:${line}: ${badTime}`),
    },
    {
      means: "more than two fields",
      text: "c1\t2026-11-01\tfraud\nc2\t\t2026-11-01\n",
      problems: [1, 2].map((line) => `list.txt:${line}: ${tooManyFields}`),
    },
    { means: "a time without an entry", text: "c1\n\t2026-11-01\n", problems: [`list.txt:2: ${firstTab}`] },
    {
      means: "an entry of over 512 bytes",
      text: `${"x".repeat(513)}\n${"é".repeat(257)}\n`,
      problems: [
        "list.txt:1: the entry has 513 bytes, more than 512: shorten it, or list a hash of it",
        "list.txt:2: the entry has 514 bytes, more than 512: shorten it, or list a hash of it",
      ],
    },
    {
      means: "bytes that are not UTF-8",
      text: Buffer.from("c1\nM\xfcller\nc3\n", "latin1"),
      problems: ["list.txt:2: the text is not UTF-8: save the file as UTF-8"],
    },
    {
      means: "UTF-16",
      text: Buffer.from("\ufeffc1\n", "utf16le"),
      problems: [
        "list.txt:1: the text is not UTF-8: save the file as UTF-8",
        "list.txt:2: the line has a NUL byte: save the file as plain UTF-8 text",
      ],
    },
    {
      means: "NUL bytes",
      text: "c1\nc\x002\n",
      problems: ["list.txt:2: the line has a NUL byte: save the file as plain UTF-8 text"],
    },
    {
      means: "a line without end",
      text: `c1\n${"x".repeat(3_000_000)}`,
      problems: ["list.txt:2: the line is longer than 1 MiB: write one entry a line"],
    },
    {
      means: "many problems",
      text: "c\tx\n".repeat(25),
      problems: [
        ...Array.from({ length: 10 }, (_, at) => `list.txt:${at + 1}: ${badTime}`),
        "list.txt: and 15 more problems",
      ],
    },
  ];
  for (const { means, text, problems } of bad) {
    it(`is refused, with line and mend, for ${means}`, async () => {
      assert.deepEqual((await readList(text, await clean.folder())).problems, problems);
    });
  }

  it("is refused where it has more entries than a list may", async () => {
    const text = async function* () {
      yield Buffer.from("# four\nc1\nc2\n");
      yield Buffer.from("c2\nc3\nc4\n");
    };
    const scanned = await scanList(text(), { onEntry: () => {}, entriesMax: 3 });
    assert.deepEqual(scanned.problems.shown, [
      {
        line: 5,
        problem: "the list has more than 3 entries",
        mend: "remove those that expired, or load them as a table",
      },
    ]);
    assert.equal((await scanList(text(), { onEntry: () => {}, entriesMax: 5 })).problems.count, 0);
  });
});

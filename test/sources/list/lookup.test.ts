import assert from "node:assert/strict";
import fc from "fast-check";
import { halfSipHash } from "../../../src/sources/list/half-sip-hash.ts";
import { entriesMax } from "../../../src/sources/list/scan.ts";
import { dropSpace, skipSpace } from "../../../src/sources/list/white-space.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { runs } from "../../support/property.ts";
import { readList } from "./support.ts";

const day = 86_400_000;

/** Few different ones, many that begin alike, and all of Unicode. */
const entries = fc
  .oneof(
    fc.constantFrom(
      "a",
      "aa",
      "aaa",
      "aaab",
      "c1",
      "c10",
      "c100",
      "0",
      "00",
      "x".repeat(253),
      "x".repeat(254),
      "x".repeat(255),
      "x".repeat(256),
    ),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 6 }),
  )
  .map((text) => text.replaceAll(/[\t\n\0]/g, "").trim())
  .filter((text) => text !== "" && !text.startsWith("#"));
const lines = fc.record({ entry: entries, days: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }) });

describe("a lookup in a list", () => {
  const clean = cleanUp();

  it("answers as a plain map does", async () => {
    const folder = await clean.folder();
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { maxLength: 60 }),
        fc.array(entries, { maxLength: 10 }),
        async (listed, others) => {
          const time = (days: number) => new Date(days * day).toISOString();
          const text = listed
            .map(({ entry, days }) => (days === undefined ? entry : `${entry}\t${time(days)}`))
            .join("\n");
          const oracle = new Map<string, number>();
          for (const { entry, days } of listed) {
            const until = days === undefined ? Number.POSITIVE_INFINITY : days * day;
            oracle.set(entry, Math.max(oracle.get(entry) ?? Number.NEGATIVE_INFINITY, until));
          }
          const list = await readList(text, folder);
          assert.deepEqual(list.problems, []);
          for (const entry of [...oracle.keys(), ...others]) {
            for (const atMs of [-5 * day, -1, 0, 1, 2 * day]) {
              assert.equal(
                list.has(entry, atMs),
                (oracle.get(entry) ?? Number.NEGATIVE_INFINITY) > atMs,
                JSON.stringify(entry),
              );
            }
          }
          const { contents } = list.built as Extract<typeof list.built, { kind: "good" }>;
          assert.equal(contents.entries, oracle.size);
          assert.equal(contents.expiring, [...oracle.values()].filter(Number.isFinite).length);
        },
      ),
      runs(150),
    );
  });

  it("finds each of many entries, and nothing else", async () => {
    const count = 200_000;
    const text = Array.from(
      { length: count },
      (_, at) => `4${at}${at % 7 === 0 ? `\t${new Date(at).toISOString()}` : ""}\n`,
    ).join("");
    const list = await readList(text, await clean.folder());
    let wrong = 0;
    for (let at = 0; at < count; at += 1) {
      if (list.has(`4${at}`, 1000) !== (at % 7 !== 0 || at > 1000)) wrong += 1;
      if (list.has(`5${at}`) || list.has(`4${at + count}`) || list.has(`4${at} `)) wrong += 1;
    }
    assert.equal(wrong, 0);
    const { contents } = list.built as Extract<typeof list.built, { kind: "good" }>;
    assert.equal(contents.entries, count);
    assert.ok(contents.bytes < 32 * count, `${contents.bytes}`);
  });

  it("may be in lists of ten million entries", () => assert.equal(entriesMax, 10_000_000));
});

describe("HalfSipHash-1-3", () => {
  // lib/tests/siphash_kunit.c of Linux: the hashes of 0, 1, 2, … bytes 00 01 02 ….
  const vectors = [
    1477757078, -404200246, -1135931856, 22255929, 2114297510, -1998333797, -1610085531, -1657218602, 1467586993,
    -935736595, -453365041, -1785575698, 1797785964, 1725799638, 375753340, -802850044, -1959668479, 723308619,
    108077881, 1378536039, -1860454907, -1868144882, -131666053, 1649487339, 1460996823, 1564947719, 516191298,
    -1419464749, 172032208, 1831659090, 590460579, 148404506, -1133651315,
  ];
  it("gives the published hashes, wherever in the bytes the text lies", () => {
    const bytes = Uint8Array.from({ length: 80 }, (_, at) => (at < 7 ? 255 : at - 7));
    const hashes = vectors.map((_, length) => halfSipHash(bytes, 7, 7 + length, [0x03020100, 0x07060504]) | 0);
    assert.deepEqual(hashes, vectors);
  });
});

describe("white space in UTF-8", () => {
  const spaces = fc.string({
    unit: fc.constantFrom(..." \t\r\v\f\u00a0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"),
    maxLength: 5,
  });
  const inner = fc.oneof(
    spaces,
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.constantFrom("\u200b", "\u0085", "é", "\u2080", "\u00a1"),
  );
  it("is what JavaScript trims", () => {
    fc.assert(
      fc.property(spaces, fc.array(inner, { maxLength: 4 }), spaces, (before, parts, after) => {
        const text = `${before}${parts.join("")}${after}`;
        const bytes = Buffer.from(`\ufeff${text} `);
        const end = dropSpace(bytes, 3, bytes.length - 1);
        assert.equal(bytes.toString("utf8", skipSpace(bytes, 3, end), end), text.trim());
        assert.equal(bytes.toString("utf8", 3, end), text.trimEnd());
      }),
      runs(1000),
    );
  });
});

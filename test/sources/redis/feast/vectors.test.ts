import assert from "node:assert/strict";
import fc from "fast-check";
import { type FeatureType, type FeatureValue, Missing } from "../../../../src/domain/feature.ts";
import type { JoinKey } from "../../../../src/sources/redis/entry.ts";
import { entityKey } from "../../../../src/sources/redis/feast/entity-key.ts";
import { murmur3 } from "../../../../src/sources/redis/feast/murmur3.ts";
import { decodeTimestamp, decodeValue } from "../../../../src/sources/redis/feast/value.ts";
import { runs } from "../../../support/property.ts";

/** All made by the feast package 0.67.0, unless said otherwise. */

describe("the key of a Feast entity", () => {
  type Part = [name: string, type: JoinKey["type"], value: FeatureValue];
  const keys: readonly [project: string, parts: readonly Part[], hex: string][] = [
    [
      "my_project",
      [["driver_id", "int64", 1001]],
      "0100000002000000090000006472697665725f69640400000008000000e9030000000000006d795f70726f6a656374",
    ],
    [
      "my_project",
      [["driver_id", "int32", 1001]],
      "0100000002000000090000006472697665725f69640300000004000000e90300006d795f70726f6a656374",
    ],
    ["p", [["d", "int64", -1]], "010000000200000001000000640400000008000000ffffffffffffffff70"],
    ["p", [["d", "int32", -2147483648]], "01000000020000000100000064030000000400000000000080" + "70"],
    ["p", [["d", "int64", 9007199254740991]], "010000000200000001000000640400000008000000ffffffffffff1f0070"],
    [
      "fraud",
      [["customer_id", "string", "Zoë 🦊"]],
      "01000000020000000b000000637573746f6d65725f696402000000090000005a6fc3ab20f09fa68a6672617564",
    ],
    [
      "p",
      [
        ["b", "string", "x"],
        ["a", "int32", 7],
      ],
      "0200000002000000010000006102000000010000006203000000040000000700000002000000010000007870",
    ],
    [
      "p",
      [
        ["é", "int64", 1],
        ["z", "int64", 2],
        ["Z", "int64", 3],
      ],
      "0300000002000000010000005a02000000010000007a0200000002000000c3a904000000080000000300000000000000040000000800000002000000000000000400000008000000010000000000000070",
    ],
  ];
  for (const [project, parts, hex] of keys)
    it(`of ${JSON.stringify(parts)} is as Feast makes it`, () => {
      const features = parts.map((_, at) => `f${at}`);
      const join = Object.fromEntries(parts.map(([name, type], at) => [name, { feature: features[at]!, type }]));
      const key = entityKey(join, project, features)(parts.map(([, , value]) => value));
      assert.equal(key.toString("hex"), hex);
    });

  const refused: readonly [type: JoinKey["type"], value: FeatureValue, message: RegExp][] = [
    ["int32", 2147483648, /the value of f does not fit into int32: say int64/],
    ["int32", 1.5, /the value of f is no whole number, as int32 needs/],
    ["int64", "1", /the value of f is no whole number, as int64 needs/],
  ];
  for (const [type, value, message] of refused)
    it(`is not made of ${JSON.stringify(value)} as ${type}`, () =>
      assert.throws(() => entityKey({ d: { feature: "f", type } }, "p", ["f"])([value]), message));
});

describe("murmur3", () => {
  const hashes: readonly [text: string, seed: number, hash: number][] = [
    // Of the hash's public test vectors.
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["test", 0, 0xba6bd213],
    ["test", 0x9747b28c, 0x704b81dc],
    ["Hello, world!", 0, 0xc0363e43],
    ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
    // As Feast names fields.
    ["driver_hourly_stats:conv_rate", 0, 0xdae36061],
    ["driver_hourly_stats:acc_rate", 0, 0xad585efa],
    ["v:f", 0, 0x0ab66cf1],
    ["a:b1", 0, 0x0827f794],
    ["customer_profile:lebensabschnitt_größe", 0, 0x3ffd822f],
  ];
  for (const [text, seed, hash] of hashes)
    it(`of ${JSON.stringify(text)} with seed ${seed} is ${hash.toString(16)}`, () =>
      assert.equal(murmur3(Buffer.from(text), seed), hash));
});

describe("a value that Feast wrote", () => {
  const [absent, wrong] = [Missing.null, Missing.error];
  const values: readonly [name: string, hex: string, expected: Readonly<Partial<Record<FeatureType, unknown>>>][] = [
    ["double 0.5", "29000000000000e03f", { double: 0.5, integer: wrong, string: wrong }],
    ["double -1.5e300", "29355800662deb41fe", { double: -1.5e300 }],
    ["double NaN", "29000000000000f87f", { double: wrong }],
    ["float 0.25", "350000803e", { double: 0.25, integer: wrong }],
    ["int32 -5", "18fbffffffffffffffff01", { integer: -5, double: -5, timestamp: wrong, boolean: wrong }],
    ["int64 -(2^53 - 1)", "2081808080808080f0ff01", { integer: -9007199254740991 }],
    ["int64 2^53, of which digits would be lost", "208080808080808010", { integer: wrong, double: wrong }],
    ["bool true", "3801", { boolean: true, integer: wrong }],
    ["bool false", "3800", { boolean: false }],
    ["string", "12045a6fc3ab", { string: "Zoë", double: wrong }],
    ["an empty string", "1200", { string: "" }],
    ["a string that is no UTF-8", "1201ff", { string: wrong }],
    ["bytes", "0a026162", { string: "ab" }],
    ["a time", "40a09b9cd706", { timestamp: 1793527200000, integer: wrong }],
    ["no time", "4080808080808080808001", { timestamp: absent }],
    ["a null", "980100", { double: absent }],
    ["nothing", "", { double: absent, string: absent }],
    ["JSON", "8202077b2261223a317d", { string: '{"a":1}' }],
    ["a UUID", "a2020175", { string: "u" }],
    ["a decimal", "e2020531322e3530", { string: "12.50", double: 12.5, integer: wrong }],
    ["a time with a zone", "82031508a09b9cd706120d4575726f70652f507261677565", { timestamp: 1793527200000 }],
    ["a zone without a time, which is 1970", "82030412024745", { timestamp: 0 }],
    ["bytes that end too early", "290000", { double: wrong }],
    ["a list", "72030a0103", { integer: wrong, string: wrong }],
    ["a field of the future", "f82a01", { integer: wrong }],
  ];
  for (const [name, hex, expected] of values)
    it(`is read: ${name}`, () => {
      const read = Object.keys(expected).map((type) => decodeValue(Buffer.from(hex, "hex"), type as FeatureType));
      assert.deepEqual(read, Object.values(expected));
    });

  it("may be any bytes without harm: a value or a reason", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const value = decodeValue(Buffer.from(bytes), "double");
      assert.ok(value instanceof Missing || Number.isFinite(value));
    });
    fc.assert(property, runs(5_000));
  });

  it("has its time in milliseconds", () => {
    assert.equal(decodeTimestamp(Buffer.from("08a09b9cd7061080cab5ee01", "hex")), 1793527200500);
    assert.equal(decodeTimestamp(Buffer.alloc(0)), 0);
  });
});

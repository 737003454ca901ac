import assert from "node:assert/strict";
import type { FeatureType } from "../../../src/domain/feature.ts";
import type { RedisEntry } from "../../../src/sources/redis/entry.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { openRedis, shown } from "./support.ts";

/** A stored text, read as each type: what comes out. */
const texts: readonly [text: string | Buffer, expected: Readonly<Partial<Record<FeatureType, unknown>>>][] = [
  ["12", { integer: 12, double: 12, string: "12", timestamp: 12, boolean: "[error]" }],
  ["-7", { integer: -7, double: -7, string: "-7" }],
  ["12.5", { integer: "[error]", double: 12.5, string: "12.5", timestamp: "[error]" }],
  ["1e3", { integer: "[error]", double: 1000 }],
  ["9007199254740993", { integer: "[error]", string: "9007199254740993" }],
  ["NaN", { double: "[error]", integer: "[error]" }],
  ["Infinity", { double: "[error]" }],
  ["0x10", { double: "[error]", integer: "[error]" }],
  ["true", { boolean: true, string: "true", integer: "[error]" }],
  ["false", { boolean: false }],
  ["1", { boolean: true, integer: 1 }],
  ["0", { boolean: false, integer: 0 }],
  ["yes", { boolean: "[error]", string: "yes" }],
  ["2026-11-01T10:00:00Z", { timestamp: 1793527200000, string: "2026-11-01T10:00:00Z", integer: "[error]" }],
  ["1793527200000", { timestamp: 1793527200000 }],
  ["2026-02-30", { timestamp: "[error]" }],
  ["", { string: "", integer: "[error]", double: "[error]", boolean: "[error]", timestamp: "[error]" }],
  ["Zoë 🦊\n\0", { string: "Zoë 🦊\n\0" }],
  [Buffer.from([0xff, 0xfe]), { string: "[error]", double: "[error]" }],
];

describe("a redis source", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  let redis: RedisServer;
  let url: string;
  before(async () => {
    redis = await startRedis(clean);
    url = `redis://${redis.address}`;
  });

  const open = (entry: Partial<RedisEntry>) => openRedis(clean, url, entry);

  for (const layout of ["hash", "string"] as const)
    for (const [text, expected] of texts)
      it(`of layout ${layout} reads ${JSON.stringify(String(text))} as each type`, async () => {
        const client = redis.client();
        await client.del("customer:c1");
        if (layout === "hash") await client.hset("customer:c1", "field", text);
        else await client.set("customer:c1", text);
        const types = Object.keys(expected) as FeatureType[];
        const path = layout === "hash" ? "field" : "$";
        const answer = await open({ layout }).prepare(types.map((type) => ({ path, type })))(["c1"]);
        assert.deepEqual(
          { status: answer.status, values: shown(answer) },
          { status: "OK", values: Object.values(expected) },
        );
        const wrong = types.filter((type) => expected[type] === "[error]").map((type) => `${path} is not ${type}`);
        const message =
          wrong.length === 0
            ? "undefined"
            : `TypeError: what is stored is not as the catalogue says: ${wrong.join(", ")}`;
        assert.equal(String(answer.error), message);
      });

  it("of layout hash reads the wanted fields alone, whatever their names", async () => {
    const client = redis.client();
    const names = ["tx:count_1d", "with space", "ünï", "{tag}", "$.a.b", "__proto__"];
    for (const [at, name] of names.entries()) await client.hset("customer:c2", name, String(at));
    await client.hset("customer:c2", "other", "x");
    const ask = open({}).prepare(names.map((path) => ({ path, type: "integer" })));
    assert.deepEqual(shown(await ask(["c2"])), [0, 1, 2, 3, 4, 5]);
    const commands = await client.info("commandstats");
    assert.doesNotMatch(commands, /cmdstat_hgetall/);
  });

  const json: readonly [name: string, text: string, expected: unknown[]][] = [
    [
      "its parts",
      '{"risk":{"score":0.5},"tags":["a","b"],"seen":"2026-11-01T10:00:00Z","n":3,"ok":true}',
      [0.5, "b", 1793527200000, 3, true],
    ],
    [
      "nulls",
      '{"risk":{"score":null},"tags":null,"n":null}',
      ["[null]", "[not_found]", "[not_found]", "[null]", "[not_found]"],
    ],
    [
      "other types",
      '{"risk":{"score":"0.5"},"tags":[1,2],"seen":true,"n":1.5,"ok":1}',
      ["[error]", "[error]", "[error]", "[error]", "[error]"],
    ],
    ["an empty object", "{}", Array(5).fill("[not_found]")],
    ["a list", "[1]", Array(5).fill("[not_found]")],
    ["a number", "1", Array(5).fill("[not_found]")],
  ];
  const jsonFeatures = [
    { path: "$.risk.score", type: "double" },
    { path: "tags[1]", type: "string" },
    { path: "seen", type: "timestamp" },
    { path: "n", type: "integer" },
    { path: "ok", type: "boolean" },
  ] as const;
  for (const [name, text, expected] of json)
    it(`of layout json reads ${name}`, async () => {
      await redis.client().set("customer:j1", text);
      const answer = await open({ layout: "json" }).prepare(jsonFeatures)(["j1"]);
      assert.deepEqual({ status: answer.status, values: shown(answer) }, { status: "OK", values: expected });
    });

  it("of layout json reads a text that is one value", async () => {
    await redis.client().set("customer:j2", '"gold"');
    assert.deepEqual(shown(await open({ layout: "json" }).prepare([{ path: "$", type: "string" }])(["j2"])), ["gold"]);
  });

  for (const layout of ["hash", "json", "string"] as const)
    it(`of layout ${layout} says not found of a key that is not there`, async () => {
      const path = layout === "string" ? "$" : "a";
      const ask = open({ layout }).prepare([
        { path, type: "string" },
        { path, type: "double" },
      ]);
      const answer = await ask(["nobody"]);
      assert.deepEqual(
        { ...answer, values: shown(answer) },
        { status: "NOT_FOUND", values: ["[not_found]", "[not_found]"] },
      );
    });

  it("of layout hash says not found of a field that is not there", async () => {
    await redis.client().hset("customer:c3", "a", "1");
    const ask = open({}).prepare([
      { path: "a", type: "integer" },
      { path: "b", type: "integer" },
    ]);
    const answer = await ask(["c3"]);
    assert.deepEqual({ ...answer, values: shown(answer) }, { status: "OK", values: [1, "[not_found]"] });
  });

  const failures: readonly [
    name: string,
    entry: Partial<RedisEntry>,
    value: string | Buffer | "hash",
    message: RegExp,
  ][] = [
    [
      "a hash read as a string",
      { layout: "string" },
      "hash",
      /something else than a string, which layout "string" reads.*TYPE/,
    ],
    ["a hash read as JSON", { layout: "json" }, "hash", /something else than a string, which layout "json" reads/],
    ["a string read as a hash", {}, "secret", /something else than a hash, which layout "hash" reads/],
    ["malformed JSON", { layout: "json" }, '{"secret":', /the value of 10 bytes is not JSON/],
    ["JSON that is no UTF-8", { layout: "json" }, Buffer.from([0x22, 0xff, 0x22]), /is not UTF-8/],
    [
      "giant JSON",
      { layout: "json", maxValueBytes: 1000 },
      `"${"secret".repeat(1000)}"`,
      /6002 bytes is larger than maxValueBytes, 1000/,
    ],
  ];
  for (const [name, entry, value, message] of failures)
    it(`fails on ${name}, without a word of what is stored or asked for`, async () => {
      const client = redis.client();
      await client.del("customer:c9");
      if (value === "hash") await client.hset("customer:c9", "a", "secret");
      else await client.set("customer:c9", value);
      const path = entry.layout === "string" ? "$" : "a";
      await assert.rejects(open(entry).prepare([{ path, type: "string" }])(["c9"]), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(JSON.stringify([error.message, error.stack, { ...error }]), /secret|c9/);
        return true;
      });
    });

  it("takes a text that is too large as no value of its feature", async () => {
    await redis.client().hset("customer:c4", { a: "x".repeat(1001), b: "x".repeat(1000) });
    const ask = open({ maxValueBytes: 1000 }).prepare(["a", "b"].map((path) => ({ path, type: "string" })));
    assert.deepEqual(shown(await ask(["c4"])), ["[error]", "x".repeat(1000)]);
  });

  it("asks for the key that its template makes", async () => {
    const client = redis.client();
    const key = "${PREFIX}:{{{tenant}}}:{customer_id}:{amount}:{seen}";
    await client.hset("p:{t1}:a{b}\r\n\0é:12.5:1793527200000", "a", "1");
    const source = openRedis(clean, url, { key }, { variables: { PREFIX: "p" } });
    const ask = source.prepare([{ path: "a", type: "integer" }]);
    assert.deepEqual(shown(await ask(["t1", "a{b}\r\n\0é", 12.5, 1793527200000])), [1]);
  });

  it("reads another database, and fails where there is no such", async () => {
    const client = redis.client();
    await client.select(3);
    await client.hset("customer:c5", "a", "1");
    await client.select(0);
    await client.hset("customer:c5", "a", "2");
    const features = [{ path: "a", type: "integer" }] as const;
    assert.deepEqual(shown(await openRedis(clean, `${url}/3`).prepare(features)(["c5"])), [1]);
    await assert.rejects(
      openRedis(clean, `${url}/99`).prepare(features)(["c5"]),
      /the database of the connection cannot be selected/,
    );
  });
});

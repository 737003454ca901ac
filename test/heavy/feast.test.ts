import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FeatureType, FeatureValue } from "../../src/domain/feature.ts";
import type { JoinKey, RedisEntry } from "../../src/sources/redis/entry.ts";
import { openRedis, shown } from "../sources/redis/support.ts";
import { cleanUp } from "../support/clean-up.ts";
import { type RedisServer, startRedis } from "../support/redis/server.ts";

const python = fileURLToPath(new URL("../../.venv-feast/bin/python", import.meta.url));
const writer = fileURLToPath(new URL("feast/write.py", import.meta.url));
const project = "fraud";

/** A feature of each type of single value that Feast takes from a DataFrame: what is written, and what is to be read. */
const features: readonly [name: string, feastType: string, written: unknown, type: FeatureType, read: FeatureValue][] =
  [
    ["a_double", "Float64", -0.1, "double", -0.1],
    ["a_float", "Float32", 0.25, "double", 0.25],
    ["an_int", "Int32", -2147483648, "integer", -2147483648],
    ["a_long", "Int64", 9007199254740991, "integer", 9007199254740991],
    ["a_long_as_double", "Int64", 1001, "double", 1001],
    ["a_text", "String", "Zoë 🦊", "string", "Zoë 🦊"],
    ["no_text", "String", "", "string", ""],
    ["a_true", "Bool", true, "boolean", true],
    ["a_false", "Bool", false, "boolean", false],
    ["a_zero", "Int64", 0, "integer", 0],
    ["bytes", "Bytes", "ab", "string", "ab"],
    ["a_time", "UnixTimestamp", "2026-11-01T10:00:00+00:00", "timestamp", Date.UTC(2026, 10, 1, 10)],
    ["a_decimal", "Decimal", "12.50", "string", "12.50"],
    ["a_decimal_as_double", "Decimal", "12.50", "double", 12.5],
    ["an_id", "Uuid", "0af76519-16cd-43dd-8448-eb211c80319c", "string", "0af76519-16cd-43dd-8448-eb211c80319c"],
    ["a_json", "Json", '{"a": 1}', "string", '{"a": 1}'],
  ];

type KeyPart = readonly [name: string, type: JoinKey["type"], value: string | number];

/** Entities, each in a view of its keys. */
const entities = {
  full: { view: "by_long", keys: [["driver_id", "int64", 1001]], rows: "values", ageHours: 1 },
  negative: { view: "by_long", keys: [["driver_id", "int64", -5]], rows: "values", ageHours: 1 },
  empty: { view: "by_long", keys: [["driver_id", "int64", 1002]], rows: "nulls", ageHours: 1 },
  old: { view: "by_long", keys: [["driver_id", "int64", 1003]], rows: "values", ageHours: 30 },
  short: { view: "by_int", keys: [["driver_id", "int32", 1001]], rows: "values", ageHours: 1 },
  named: { view: "by_text", keys: [["customer", "string", "Zoë"]], rows: "values", ageHours: 1 },
  // In Feast's order, which is not this one.
  pair: {
    view: "by_both",
    keys: [
      ["terminal", "int64", 7],
      ["customer", "string", "c1"],
    ],
    rows: "values",
    ageHours: 1,
  },
} as const satisfies Record<string, { view: string; keys: readonly KeyPart[]; rows: string; ageHours: number }>;

describe("features that the feast package wrote into Redis", function () {
  this.timeout(300_000);
  const clean = cleanUp(after);
  let redis: RedisServer;

  before(async () => {
    assert.ok(existsSync(python), "the feast package is not installed: run `make test-feast`");
    redis = await startRedis(clean);
    const wanted = {
      redis: redis.address,
      folder: await clean.folder(),
      project,
      features: features.map(([name, type, value]) => ({ name, type, value })),
      entities: Object.values(entities).map(({ keys, ...rest }) => ({
        ...rest,
        keys: keys.map(([name, type, value]) => ({ name, type: type.toUpperCase(), value })),
      })),
    };
    execFileSync(python, [writer], { input: JSON.stringify(wanted), stdio: ["pipe", "ignore", "pipe"] });
  });

  /** Reads a view's features of an entity, whose key features are named as its join keys. */
  async function read(view: string, keys: readonly KeyPart[], entry: Partial<RedisEntry> = {}) {
    const join = Object.fromEntries(keys.map(([name, type]) => [name, { feature: name, type }]));
    const source = openRedis(clean, `redis://${redis.address}`, { layout: "feast", project, join, ...entry });
    const fetch = source.prepare(features.map(([name, , , type]) => ({ path: `${view}:${name}`, type })));
    const answer = await fetch(keys.map(([, , value]) => value));
    assert.equal(answer.error, undefined);
    return answer;
  }

  const all = features.map(([, , , , value]) => value);
  for (const name of ["full", "negative", "short", "named", "pair"] as const)
    it(`are read, every one with its type: entity ${JSON.stringify(entities[name].keys)}`, async () => {
      const { view, keys } = entities[name];
      const answer = await read(view, keys, { ttl: "1d" });
      assert.equal(answer.status, "OK");
      for (const [at, value] of shown(answer).entries()) assert.deepEqual(value, all[at], features[at]![0]);
    });

  it("are null where null was written, and not found where nothing was", async () => {
    const { view, keys } = entities.empty;
    const answer = await read(view, keys);
    assert.deepEqual(shown(answer), [all[0], ...all.slice(1).map(() => "[null]")]);
    const [[join]] = keys;
    const later = openRedis(clean, `redis://${redis.address}`, {
      layout: "feast",
      project,
      join: { [join]: { feature: "driver", type: "int64" } },
    }).prepare([
      { path: `${view}:a_double`, type: "double" },
      { path: `${view}:declared_later`, type: "double" },
    ]);
    assert.deepEqual(shown(await later([1002])), [all[0], "[not_found]"]);
  });

  it("are stale when the ttl has passed, and there without one", async () => {
    const { view, keys } = entities.old;
    assert.deepEqual(
      shown(await read(view, keys, { ttl: "1d" })),
      features.map(() => "[stale]"),
    );
    assert.deepEqual(shown(await read(view, keys, { ttl: "2d" })), all);
    assert.deepEqual(shown(await read(view, keys)), all);
  });

  it("are not found where nothing was written: another entity, another project, the key in another width", async () => {
    const nobody = [
      await read("by_long", [["driver_id", "int64", 4711]]),
      await read("by_long", [["driver_id", "int64", 1001]], { project: "other" }),
      await read("by_int", [["driver_id", "int32", 1003]]),
    ];
    for (const { status } of nobody) assert.equal(status, "NOT_FOUND");
    const otherView = await read("by_int", [["driver_id", "int64", 1001]]);
    assert.deepEqual(
      shown(otherView),
      features.map(() => "[not_found]"),
    );
  });
});

import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import type { RedisEntry } from "../../../../src/sources/redis/entry.ts";
import { murmur3 } from "../../../../src/sources/redis/feast/murmur3.ts";
import { cleanUp } from "../../../support/clean-up.ts";
import { startRedis } from "../../../support/redis/server.ts";
import { openRedis, shown } from "../support.ts";

/** Entity `driver_id` int64 1001 of `my_project`. */
const key = Buffer.from(
  "0100000002000000090000006472697665725f69640400000008000000e9030000000000006d795f70726f6a656374",
  "hex",
);

describe("a redis source of layout feast", () => {
  const clean = cleanUp(after);
  let redis: Redis;
  let url: string;
  before(async () => {
    const server = await startRedis(clean);
    redis = server.client();
    url = `redis://${server.address}`;
  });
  beforeEach(() => redis.flushall());

  const open = (entry: Partial<RedisEntry> = {}) =>
    openRedis(clean, url, {
      layout: "feast",
      project: "my_project",
      join: { driver_id: { feature: "driver", type: "int64" } },
      ...entry,
    }).prepare([
      { path: "stats:rate", type: "double" },
      { path: "stats:trips", type: "integer" },
      { path: "other:name", type: "string" },
    ]);
  const write = async (path: string, hex: string) => {
    const field = Buffer.alloc(4);
    field.writeUInt32LE(murmur3(Buffer.from(path)));
    await redis.hset(key, field, Buffer.from(hex, "hex"));
  };
  /** A protobuf Timestamp of whole seconds. */
  const writeTime = async (view: string, ageMs: number) => {
    let seconds = Math.floor((Date.now() - ageMs) / 1000);
    const bytes = [0x08];
    for (; seconds > 127; seconds = Math.floor(seconds / 128)) bytes.push((seconds % 128) | 0x80);
    await redis.hset(key, `_ts:${view}`, Buffer.from([...bytes, seconds]));
  };

  it("reads values, nulls, and what was never written", async () => {
    await write("stats:rate", "29000000000000e03f");
    await write("stats:trips", "");
    const answer = await open()([1001]);
    assert.deepEqual({ ...answer, values: shown(answer) }, { status: "OK", values: [0.5, "[null]", "[not_found]"] });
  });

  it("finds nothing of another entity, of another project, of the same number in another width", async () => {
    await write("stats:rate", "29000000000000e03f");
    const asks = [
      [open(), 1002],
      [open({ project: "your_project" }), 1001],
      [open({ join: { driver_id: { feature: "driver", type: "int32" } } }), 1001],
    ] as const;
    for (const [ask, driver] of asks) assert.equal((await ask([driver])).status, "NOT_FOUND");
  });

  const hourMs = 3_600_000;
  const ttls: readonly [name: string, ttl: RedisEntry["ttl"], expected: unknown[]][] = [
    ["without ttl, whatever their age", undefined, [0.5, "[null]", "a"]],
    ["younger than the ttl", "3h", [0.5, "[null]", "a"]],
    ["of the view that is older than the ttl as stale", "90m", ["[stale]", "[stale]", "a"]],
    ["of each view by its own ttl", { stats: "3h", other: "30m" }, [0.5, "[null]", "[stale]"]],
  ];
  for (const [name, ttl, expected] of ttls)
    it(`reads features ${name}`, async () => {
      await write("stats:rate", "29000000000000e03f");
      await write("stats:trips", "");
      await write("other:name", "120161");
      await writeTime("stats", 2 * hourMs);
      await writeTime("other", hourMs);
      assert.deepEqual(shown(await open(ttl === undefined ? {} : { ttl })([1001])), expected);
    });

  it("takes features of unknown age as stale where a ttl is given, but never what was not written", async () => {
    await write("stats:rate", "29000000000000e03f");
    assert.deepEqual(shown(await open({ ttl: "1d" })([1001])), ["[stale]", "[not_found]", "[not_found]"]);
  });

  it("says which values are not as the catalogue says", async () => {
    await write("stats:rate", "120161");
    await write("other:name", "3801");
    const answer = await open()([1001]);
    assert.deepEqual(shown(answer), ["[error]", "[not_found]", "[error]"]);
    assert.match(String(answer.error), /stats:rate is not double, other:name is not string/);
  });

  it("takes a value that is no protobuf as no value of its feature, and leaves the others", async () => {
    await write("stats:rate", "29000000");
    await write("other:name", "120161");
    const answer = await open()([1001]);
    assert.deepEqual(shown(answer), ["[error]", "[not_found]", "a"]);
    assert.match(String(answer.error), /stats:rate is not double$/);
  });

  it("takes features as stale whose time is no protobuf", async () => {
    await write("stats:rate", "29000000000000e03f");
    await redis.hset(key, "_ts:stats", Buffer.from([0x08]));
    assert.deepEqual(shown(await open({ ttl: "1d" })([1001])), ["[stale]", "[not_found]", "[not_found]"]);
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { addEvent, emptyRecord, type KeyRecord } from "../../../src/sources/aggregate/record.ts";
import { numberOf } from "../../../src/sources/aggregate/value.ts";
import { unpackStored } from "../../../src/sources/aggregate-redis/stored-record.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { runs } from "../../support/property.ts";
import { startRedis } from "../../support/redis/server.ts";
import { start } from "../aggregate/open-store.ts";
import { openStore } from "./open-redis-store.ts";

const spec = { source: "s", retainMs: 25_600 };
const exactLimit = 10;
const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), fc.constant(-0));
const event = fc.record({ value, offset: fc.integer({ min: 0, max: 30_000 }) });

describe("a record on Redis", function () {
  this.timeout(60_000);
  const clean = cleanUp();

  it("is made by the script exactly as the embedded one: events, buckets and sketches", async () => {
    const redis = await startRedis(clean);
    const store = openStore(clean, redis, { exactLimit });
    const client = redis.client();
    let key = 0;
    const property = fc.asyncProperty(fc.array(event, { maxLength: 700, size: "max" }), async (events) => {
      key += 1;
      let expected: KeyRecord = emptyRecord;
      const limits = { retainMs: spec.retainMs, exactLimit, nowMs: Date.now() };
      const counts = events.map(({ value, offset }, at) => {
        const timeMs = start + offset;
        expected = addEvent(expected, { timeMs, value: numberOf(value), label: Number.NaN }, limits);
        const contributions = [{ spec, key: [key], value }];
        return store.count({ requestId: `${key} ${at}`, occurredAtMs: timeMs, contributions });
      });
      await Promise.all(counts);
      const { record } = unpackStored(await client.getBuffer(`verdict:record:{["s",${key}]}`));
      assert.deepEqual(plain(record, expected.buckets.sketches.length), plain(expected));
    });
    await fc.assert(property, runs(15));
  });
});

/** On Redis zeros follow the sketches. There is one zero, not two. */
function plain({ retainMs, newestMs, goneUntilMs, buckets, events }: KeyRecord, sketchBytes?: number) {
  const numbers = (rows: Float64Array) => [...rows].map((number) => number + 0);
  const sketches = [...buckets.sketches.subarray(0, sketchBytes)];
  return { retainMs, newestMs, goneUntilMs, rows: numbers(buckets.rows), sketches, events: numbers(events) };
}

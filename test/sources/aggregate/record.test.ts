import assert from "node:assert/strict";
import fc from "fast-check";
import { bucketColumn, bucketWidth, summaryColumn } from "../../../src/sources/aggregate/buckets.ts";
import {
  addEvent,
  emptyRecord,
  eventWidth,
  type KeyRecord,
  packRecord,
  type RecordLimits,
  relabel,
  unpackRecord,
} from "../../../src/sources/aggregate/record.ts";
import { start } from "./open-store.ts";

const limits: RecordLimits = { retainMs: 25_600, exactLimit: 20, nowMs: Number.POSITIVE_INFINITY };
const unlabelled = { value: 1, label: Number.NaN };

describe("a key's record", () => {
  it("stays sorted, complete and bounded, in whatever order events come", () => {
    const times = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200, size: "max" });
    fc.assert(
      fc.property(times, (offsets) => {
        const record = recordOf(offsets);
        const events = timesOf(record.events, eventWidth);
        const buckets = timesOf(record.buckets.rows, bucketWidth);
        assert.deepEqual(
          events,
          events.toSorted((one, other) => one - other),
        );
        assert.deepEqual(
          buckets,
          [...new Set(buckets)].sort((one, other) => one - other),
        );
        assert.ok(events.every((timeMs) => timeMs > (buckets.at(-1) ?? Number.NEGATIVE_INFINITY)));
        assert.ok(events.length <= limits.exactLimit);
        assert.equal(events.length + folded(record), offsets.length);
        assert.deepEqual(plain(unpackRecord(packRecord(record), () => record.buckets.sketches)), record);
      }),
    );
  });

  const damaged: readonly [name: string, damage: (bytes: Buffer) => Buffer][] = [
    ["nothing", () => Buffer.alloc(0)],
    ["a text", () => Buffer.from("no record")],
    ["less than its header", (bytes) => bytes.subarray(0, 24)],
    ["a record cut off within a number", (bytes) => bytes.subarray(0, bytes.length - 1)],
    ["a record cut off within an event", (bytes) => bytes.subarray(0, bytes.length - 8)],
    ["a record cut off within its buckets", (bytes) => bytes.subarray(0, 48)],
    ["garbage", (bytes) => Buffer.alloc(bytes.length, "garbage")],
  ];
  for (const [name, damage] of damaged)
    it(`is not read from ${name}`, () => {
      const packed = packRecord(recordOf(Array.from({ length: 100 }, (_, n) => n * 100)));
      assert.throws(
        () => unpackRecord(damage(packed), () => new Uint8Array()),
        /a record of aggregates is damaged: .* feed the events again/,
      );
    });

  it("has one bucket for each 1/256 of the retention that folded events fall in", () => {
    const offsets = Array.from({ length: 5000 }, (_, n) => n * 5);
    const record = recordOf(offsets);
    const buckets = timesOf(record.buckets.rows, bucketWidth);
    const spans = new Set(offsets.slice(0, -limits.exactLimit).map((offset) => Math.floor((start + offset) / 100)));
    assert.deepEqual(
      buckets.map((timeMs) => Math.floor(timeMs / 100)),
      [...spans],
    );
  });

  it("stays bounded when events come from all over the future", () => {
    const offsets = Array.from({ length: 3000 }, (_, n) => n * limits.retainMs);
    const record = recordOf(offsets, { ...limits, nowMs: start });
    assert.equal(timesOf(record.events, eventWidth).length, limits.exactLimit);
    assert.equal(timesOf(record.buckets.rows, bucketWidth).length, 512);
  });

  it("drops what is older than the retention and its slack, and what comes too late", () => {
    const slackMs = limits.retainMs / 32;
    const atLimit = -limits.retainMs - slackMs;
    assert.deepEqual(timesOf(recordOf([atLimit, atLimit + 1, 0, atLimit]).events, eventWidth), [
      start + atLimit + 1,
      start,
    ]);
  });

  it("leaves a bucket alone when the label of an expired event comes", () => {
    const bucketStart = Math.ceil(start / 100) * 100 - start;
    const times = [bucketStart, ...Array.from({ length: limits.exactLimit }, () => bucketStart + 99)];
    const full = recordOf([...times, bucketStart + 99, bucketStart + 200]);
    const expiring = addEvent(
      full,
      { ...unlabelled, timeMs: start + bucketStart + 50 + limits.retainMs * (1 + 1 / 32) },
      limits,
    );
    assert.equal(timesOf(expiring.buckets.rows, bucketWidth)[0], start + bucketStart + 99);
    const expired = { ...unlabelled, timeMs: start + bucketStart };
    assert.equal(relabel(expiring, expired, 1), expiring);
    assert.notEqual(relabel(expiring, { ...unlabelled, timeMs: start + bucketStart + 99 }, 1), expiring);
  });

  it("is read also from bytes that lie askew in memory", () => {
    const record = recordOf([1, 2, 3]);
    const packed = packRecord(record);
    const askew = new Uint8Array(packed.length + 1).subarray(1);
    askew.set(packed);
    assert.deepEqual(plain(unpackRecord(askew, () => record.buckets.sketches)), record);
  });
});

function recordOf(offsets: readonly number[], within = limits): KeyRecord {
  return offsets.reduce(
    (record, offset) => addEvent(record, { ...unlabelled, timeMs: start + offset }, within),
    emptyRecord,
  );
}

/** Without what reads the sketches only when they are needed. */
function plain({ buckets: { rows, sketches }, ...record }: KeyRecord): KeyRecord {
  return { ...record, buckets: { rows, sketches } };
}

function timesOf(rows: Float64Array, width: number): number[] {
  return [...rows].filter((_, index) => index % width === 0);
}

function folded({ buckets }: KeyRecord): number {
  const counts = [...buckets.rows].filter((_, at) => at % bucketWidth === bucketColumn.label + summaryColumn.count);
  return counts.reduce((total, count) => total + count, 0);
}

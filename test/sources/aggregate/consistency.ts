import assert from "node:assert/strict";
import { bucketWidth } from "../../../src/sources/aggregate/buckets.ts";
import { eventColumn, eventWidth, recordKeptUntilMs } from "../../../src/sources/aggregate/record.ts";
import { closeTables, openTables, type Tables } from "../../../src/sources/aggregate/tables.ts";

export interface Sizes {
  readonly records: number;
  readonly requests: number;
}

/**
 * Checks that the tables of a closed store agree: each event of each record belongs to one application of one request,
 * and each application's event is in its record, unless it expired or was folded; each record and each request is queued
 * for expiry exactly once.
 */
export async function checkConsistency(path: string): Promise<Sizes> {
  const tables = openTables(path);
  try {
    const applied = applications(tables);
    const recordKeys = [...tables.records.keys()];
    for (const key of recordKeys) {
      const { events, buckets, goneUntilMs, newestMs } = tables.records.get(key)!;
      const exactFromMs = Math.max(goneUntilMs, buckets.rows.at(-bucketWidth) ?? goneUntilMs);
      const expected = (applied.get(key) ?? []).filter(([timeMs]) => timeMs > exactFromMs);
      assert.deepEqual(rowsOf(events), expected.sort(byNumbers), key);
      if (events.length > 0) assert.equal(newestMs, events.at(-eventWidth), key);
    }
    const requestKeys = [...tables.requests.keys()];
    assertQueued(tables, recordKeys, requestKeys);
    return { records: recordKeys.length, requests: requestKeys.length };
  } finally {
    await closeTables(tables);
  }
}

type Row = readonly [timeMs: number, value: number, label: number];

function applications(tables: Tables): Map<string, Row[]> {
  const applied = new Map<string, Row[]>();
  for (const requestKey of tables.requests.keys()) {
    const request = tables.requests.get(requestKey)!;
    for (const { recordKey, value } of request.applications) {
      const rows = applied.get(recordKey) ?? [];
      rows.push([request.occurredAtMs, value, request.label]);
      applied.set(recordKey, rows);
    }
  }
  return applied;
}

function rowsOf(events: Float64Array): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < events.length; at += eventWidth) {
    rows.push([events[at]!, events[at + eventColumn.value]!, events[at + eventColumn.label]!]);
  }
  assert.deepEqual(
    rows.map(([timeMs]) => timeMs),
    rows.map(([timeMs]) => timeMs).sort((one, other) => one - other),
  );
  return rows.sort(byNumbers);
}

/** NaN, which stands for none, comes first. */
function byNumbers(one: Row, other: Row): number {
  for (const [index, number] of one.entries()) {
    const difference = (Number.isNaN(number) ? -1e300 : number) - (Number.isNaN(other[index]) ? -1e300 : other[index]!);
    if (difference !== 0) return difference;
  }
  return 0;
}

function assertQueued(tables: Tables, recordKeys: readonly string[], requestKeys: readonly string[]): void {
  const expected = [...recordKeys.map((key) => `record ${key}`), ...requestKeys.map((key) => `request ${key}`)];
  const queued = [...tables.expiries.getKeys()].map(([dueMs, kind, key]) => {
    const keptUntilMs =
      kind === "record" ? recordKeptUntilMs(tables.records.get(key)!) : tables.requests.get(key)!.keptUntilMs;
    assert.ok(dueMs <= keptUntilMs, `${key} is looked at too late`);
    return `${kind} ${key}`;
  });
  assert.deepEqual(queued.sort(), expected.sort());
}

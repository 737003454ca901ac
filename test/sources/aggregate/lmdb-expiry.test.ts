import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AggregateStore } from "../../../src/domain/aggregate.ts";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
import { checkConsistency } from "./consistency.ts";
import { query, start } from "./open-store.ts";

const retainMs = 1000;
const everyMs = 10;
/** Those of the retention, its slack of 1/32, and a few that wait for the sweep. */
const keptMost = (retainMs / everyMs) * (1 + 1 / 32) + 10;
const steady = { source: "steady", retainMs };
const fleeting = { source: "fleeting", retainMs };

describe("a steady stream into an LMDB store", () => {
  let path: string;
  let store: AggregateStore;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "verdict-aggregate-"));
    store = openAggregateStore({ path, labelWaitMs: retainMs });
  });

  afterEach(() => rm(path, { recursive: true }));

  it("takes bounded room: keys, request ids and labels without events disappear", async () => {
    await stream(0, 3000);
    const before = (await stat(join(path, "data.mdb"))).size;
    await stream(3000, 6000);
    const after = (await stat(join(path, "data.mdb"))).size;
    assert.ok(after <= before * 1.1, `${before} bytes grew to ${after}`);

    const all = [query("count", { windowMs: 1e9 })];
    const [kept] = await store.read(steady, ["s"], start + 6000 * everyMs, all);
    assert.ok(kept! >= retainMs / everyMs && kept! <= keptMost, `${kept} events kept`);

    await store.close();
    const { records, requests } = await checkConsistency(path);
    assert.ok(records <= keptMost + 1, `${records} records kept`);
    // Each event has its own entry, and a label that never meets its event.
    assert.ok(requests <= 2 * keptMost, `${requests} requests kept`);
  });

  it("goes on to expire what another process left behind", async () => {
    await stream(0, 300);
    await store.close();
    store = openAggregateStore({ path });
    await stream(1000, 1300);
    await store.close();
    const { records } = await checkConsistency(path);
    assert.ok(records <= keptMost + 1, `${records} records kept`);
  });

  it("keeps a label for an event that is counted within the wait", async () => {
    await stream(0, 200);
    await store.label({ requestId: "late", value: 1, reportedAtMs: start });
    await stream(200, 290);
    const contributions = [{ spec: steady, key: ["own"], value: 1 }];
    const occurredAtMs = start + 290 * everyMs;
    await store.count({ requestId: "late", occurredAtMs, contributions });
    assert.deepEqual(await store.read(steady, ["own"], occurredAtMs, [query("sum", { of: "label" })]), [1]);
    await store.close();
  });

  it("forgets labels without events also while only labels come", async () => {
    for (let n = 0; n < 300; n++) await store.label({ requestId: `lost ${n}`, value: 1, reportedAtMs: start });
    await stream(1000, 1001);
    for (let n = 0; n < 200; n++) await store.label({ requestId: `new ${n}`, value: 1, reportedAtMs: start });
    await store.close();
    const { requests } = await checkConsistency(path);
    assert.equal(requests, 202);
  });

  async function stream(from: number, to: number): Promise<void> {
    for (let n = from; n < to; n++) {
      await store.label({ requestId: `lost ${n}`, value: 1, reportedAtMs: start + n * everyMs });
      const contributions = [
        { spec: steady, key: ["s"], value: n },
        { spec: fleeting, key: [`f${n}`], value: n },
      ];
      await store.count({ requestId: `r${n}`, occurredAtMs: start + n * everyMs, contributions });
    }
  }
});

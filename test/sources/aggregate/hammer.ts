import { openSync, writeSync } from "node:fs";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
import { start } from "./open-store.ts";

/**
 * A process that counts `events` events, ids from `prefix`0 on, in an order of its own, and labels every third. It writes
 * each id down once it is counted: what a file was given outlives the process that gave it.
 * Usage: hammer.ts PATH PREFIX EVENTS STEP ACKNOWLEDGED
 */
const [path, prefix, events, step, acknowledged] = process.argv.slice(2) as [string, string, string, string, string];
const store = openAggregateStore({ path });
const log = openSync(acknowledged, "a");

for (let n = 0; n < Number(events); n++) {
  const id = (n * Number(step)) % Number(events);
  const requestId = `${prefix}${id}`;
  const occurredAtMs = start + id;
  const contributions = [
    { spec: { source: "customer_spend", retainMs: 1e9 }, key: [`c${id % 20}`], value: 1 },
    { spec: { source: "terminal_visits", retainMs: 1e9 }, key: ["t1"], value: undefined },
  ];
  const answer = await store.count({ requestId, occurredAtMs, contributions });
  if (id % 3 === 0) await store.label({ requestId, value: 1, reportedAtMs: start });
  writeSync(log, `${requestId} ${answer}\n`);
}
await store.close();

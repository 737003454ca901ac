import { recordKey } from "../../../src/sources/aggregate/key.ts";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
import { openTables, transact } from "../../../src/sources/aggregate/tables.ts";
import { serveAsChild } from "../faults/serve-as-child.ts";
import { wronged } from "./people.ts";

/**
 * Another process at an engine's embedded store. As told it counts as fast as it can, counts once and waits, or puts what
 * is no record in the place of some.
 */
void serveAsChild(async (_, [path, mood]) => {
  if (mood === "spoils") return spoil(path!);
  const store = openAggregateStore({ path: path! });
  const count = (id: number) => {
    const contributions = [{ spec: { source: "others", retainMs: 1e9 }, key: ["other"], value: 1 }];
    return store.count({ requestId: `other-${process.pid}-${id}`, occurredAtMs: Date.now(), contributions });
  };
  // Frozen in the middle of it, this process would hold the lock for which all others wait, that of the test too.
  await count(0);
  if (mood === "waits") return setInterval(() => {}, 60_000);
  let next = 1;
  setInterval(() => {
    for (let more = 0; more < 100; more++) void count(next++);
  }, 1);
});

function spoil(path: string): void {
  const tables = openTables(path);
  const records = tables.environment.openDB<Uint8Array, string>({ name: "records.2", encoding: "binary" });
  transact(tables, () => {
    for (const person of wronged("aggregates")) records.putSync(recordKey("spend", [person]), Buffer.from("no record"));
  });
}

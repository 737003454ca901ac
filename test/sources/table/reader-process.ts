/** Looks keys up without pause until it has seen the generation that its parent names, then reports. */
import { setImmediate } from "node:timers/promises";
import type { SourceAnswer } from "../../../src/domain/source.ts";
import { tableSource } from "../../../src/sources/table/source.ts";
import { generationFeatures, generationOf } from "./generations.ts";
import { requestFor } from "./support.ts";

export interface ReaderReport {
  readonly lookups: number;
  readonly newest: number;
  readonly failures: readonly string[];
}

const [dataDir, keys] = process.argv.slice(2);
const source = tableSource({ name: "s", table: "customers", dataDir: dataDir!, checkEveryMs: 5 });
const fetch = source.prepare(generationFeatures);
const failures: string[] = [];
let awaited = Number.POSITIVE_INFINITY;
let newest = 0;
let lookups = 0;

process.once("message", (message) => {
  awaited = Number(String(message).split(" ").at(-1));
});
process.send!("ready");

while (newest < awaited) {
  for (let id = 0; id < Number(keys); id += 1) {
    lookups += 1;
    try {
      const generation = generationOf(id, fetch(requestFor(`c${id}`)) as SourceAnswer);
      if (generation < newest) failures.push(`generation ${generation} after ${newest}`);
      newest = generation;
    } catch (error) {
      failures.push(String(error));
    }
  }
  if (failures.length > 0) break;
  await setImmediate();
}

process.send!({ lookups, newest, failures } satisfies ReaderReport);
await source.close();
process.disconnect();

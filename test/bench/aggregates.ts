import type { AggregateSpec } from "../../src/domain/aggregate.ts";
import { addEvent, emptyRecord, packRecord } from "../../src/sources/aggregate/record.ts";
import { openRedisAggregateStore } from "../../src/sources/aggregate-redis/store.ts";
import { settingsOf } from "../../src/sources/redis/settings.ts";
import { cleanUp } from "../support/clean-up.ts";
import { startRedis } from "../support/redis/server.ts";
import { printTable } from "./print-table.ts";

const dayMs = 24 * 3_600_000;
const spec: AggregateSpec = { source: "customer_spend", retainMs: 30 * dayMs };
const start = Date.UTC(2024, 0, 1);
const exactLimit = { embedded: 4096, redis: 1024 } as const;
const sizes = [0, 1, 100, 1024, 4096, 20_000, 100_000];
/** Redis takes a while. */
const redisMost = 20_000;

/** The values of one key are all different, which is what takes most room. */
const eventAt = (n: number, of: number) => ({ timeMs: start + Math.floor((n * spec.retainMs) / of), value: n / 100 });

/** What one key's events take: on Redis by MEMORY USAGE, in the embedded store the bytes of the record. */
export async function benchAggregates(): Promise<void> {
  process.stdout.write(
    `\naggregates: bytes a key, ${spec.retainMs / dayMs} days, exact up to ${exactLimit.embedded} events embedded, ${exactLimit.redis} on Redis\n`,
  );
  let close = async () => {};
  const clean = cleanUp((run) => {
    close = run;
  });
  try {
    const redis = await startRedis(clean);
    const settings = settingsOf(`redis://${redis.address}`, { variable: () => "", timeoutMs: 10_000 });
    const store = openRedisAggregateStore({ settings, exactLimit: exactLimit.redis });
    clean.later(() => store.close());
    const client = redis.client();
    const onRedis = async (events: number): Promise<string[]> => {
      if (events > redisMost) return ["-", "-"];
      for (let from = 0; from < events; from += 500) {
        const ids = Array.from({ length: Math.min(500, events - from) }, (_, n) => from + n);
        const all = ids.map(async (n) => {
          const { timeMs, value } = eventAt(n, events);
          const contributions = [{ spec, key: [`c${events}`], value }];
          return store.count({ requestId: `${events} ${n}`, occurredAtMs: timeMs, contributions });
        });
        await Promise.all(all);
      }
      const usage = async (key: string) => String((await client.memory("USAGE", key)) ?? 0);
      return [
        await usage(`verdict:record:{["customer_spend","c${events}"]}`),
        await usage(`verdict:request:{["${events} 0"]}`),
      ];
    };
    const rows: string[][] = [];
    for (const events of sizes) rows.push([String(events), String(embedded(events)), ...(await onRedis(events))]);
    printTable(["events of a key", "embedded: record", "Redis: record", "and each request's entry"], rows);
  } finally {
    await close();
  }
}

function embedded(events: number): number {
  if (events === 0) return 0;
  let record = emptyRecord;
  const limits = { retainMs: spec.retainMs, exactLimit: exactLimit.embedded, nowMs: Date.now() };
  for (let n = 0; n < events; n++) record = addEvent(record, { ...eventAt(n, events), label: Number.NaN }, limits);
  return packRecord(record).length + record.buckets.sketches.length;
}

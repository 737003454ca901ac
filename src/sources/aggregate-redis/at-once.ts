import type { Label } from "../../domain/aggregate.ts";
import { numberOf } from "../aggregate/value.ts";
import type { Commands } from "./commands.ts";
import type { CountEnd, Counting } from "./counting.ts";
import { packDoubles } from "./doubles.ts";
import type { Keys } from "./keys.ts";
import { scripts } from "./scripts.ts";

/** Counts an event in one round trip, as one atomic step: all keys are on one server. */
export async function countAtOnce(commands: Commands, keys: Keys, counting: Counting): Promise<CountEnd> {
  const { requestKey, occurredAtMs, id, exactLimit, nowMs, keepMs, sources, wantsRecords } = counting;
  const counts = [...sources.values()];
  const answer = await commands.run(
    scripts.count,
    [requestKey, ...counts.map((count) => keys.record(count.recordKey))],
    packDoubles(occurredAtMs, id, exactLimit, nowMs),
    String(keepMs),
    wantsRecords ? "1" : "0",
    keys.recordPrefix,
    ...counts.flatMap(({ spec, recordKey, value }) => [spec.source, recordKey, packDoubles(value, spec.retainMs)]),
  );
  const [counted, ...records] = answer as [number, ...(Buffer | null)[]];
  return {
    isNews: counted > 0,
    records: new Map(records.map((bytes, index) => [counts[index]!.recordKey, bytes])),
  };
}

/** Brings a label to an event likewise. @returns whether it was news */
export async function labelAtOnce(commands: Commands, keys: Keys, label: Label, waitMs: number): Promise<boolean> {
  const numbers = packDoubles(label.value, label.reportedAtMs, numberOf(label.requestId));
  const request = keys.request(label.requestId);
  return (await commands.run(scripts.labelEvent, request, numbers, String(waitMs), keys.recordPrefix)) === 1;
}

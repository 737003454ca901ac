import type { AggregateSpec, CountedEvent } from "../../domain/aggregate.ts";
import type { Clock } from "../../domain/clock.ts";
import { recordKey } from "../aggregate/key.ts";
import { keptUntilMs } from "../aggregate/retention.ts";
import { numberOf } from "../aggregate/value.ts";
import type { Keys } from "./keys.ts";

/** How one source counts an event. */
interface SourceCount {
  readonly spec: AggregateSpec;
  /** As stores name it; the key in Redis is made of it. */
  readonly recordKey: string;
  /** NaN: none. */
  readonly value: number;
}

/** An event as it is sent to Redis. */
export interface Counting {
  readonly id: number;
  readonly requestKey: string;
  readonly occurredAtMs: number;
  readonly nowMs: number;
  readonly exactLimit: number;
  /** How long the request's entry is kept, from now on. Whole milliseconds. */
  readonly keepMs: number;
  /** By name, in the order of the names. */
  readonly sources: ReadonlyMap<string, SourceCount>;
  /** Whether the records are wanted as they are then. */
  readonly wantsRecords: boolean;
}

/** How a count ended. */
export interface CountEnd {
  readonly isNews: boolean;
  /** By what stores name them, as they were right after; null: there is none. */
  readonly records: ReadonlyMap<string, Buffer | null>;
}

const minuteMs = 60_000;
/** Redis refuses an expiry that overflows its clock. */
const keepMsMax = 36_500 * 24 * 3_600_000;

/** An event made ready. Of several contributions to one source the first counts. */
export function prepareCount(
  { requestId, occurredAtMs, contributions }: CountedEvent,
  { clock, exactLimit, keys }: { readonly clock: Pick<Clock, "now">; readonly exactLimit: number; readonly keys: Keys },
  wantsRecords: boolean,
): Counting {
  const sources = new Map<string, SourceCount>();
  for (const { spec, key, value } of contributions) {
    if (sources.has(spec.source)) continue;
    sources.set(spec.source, { spec, recordKey: recordKey(spec.source, key), value: numberOf(value) });
  }
  const nowMs = clock.now();
  const aheadMs = Math.max(0, occurredAtMs - nowMs);
  const keptMs = [...sources.values()].map(({ spec }) => keptUntilMs(aheadMs, spec.retainMs));
  return {
    id: numberOf(requestId),
    requestKey: keys.request(requestId),
    occurredAtMs,
    nowMs,
    exactLimit,
    keepMs: Math.ceil(Math.min(keepMsMax, Math.max(minuteMs, ...keptMs))),
    sources: new Map([...sources].sort(([one], [other]) => (one < other ? -1 : 1))),
    wantsRecords,
  };
}

import type { Application } from "./application.ts";
import type { Commands } from "./commands.ts";
import type { CountEnd, Counting } from "./counting.ts";
import { packDoubles } from "./doubles.ts";
import type { Keys } from "./keys.ts";
import type { KnownLabel, KnownRequest, Requests } from "./requests.ts";
import { scripts } from "./scripts.ts";

interface Applied {
  readonly source: string;
  readonly recordKey: string;
  readonly isNew: boolean;
  /** The record is so large that it should not keep the event's id for longer than it must. */
  readonly isLarge: boolean;
  /** The label that the record has the event with. */
  readonly label: KnownLabel;
  readonly record: Buffer | null;
}

export interface StepsParts {
  readonly commands: Commands;
  readonly requests: Requests;
  readonly keys: Keys;
  /** Given what goes on after the count is done, and how long after. Milliseconds. */
  readonly later: (work: () => Promise<unknown>, delayMs: number) => void;
}

/**
 * Counts an event in two round trips: its request's entry is claimed, then all records get the event at the same time. In
 * a cluster these keys are on different servers, so that no step can be atomic over all of them; instead each may be
 * repeated. Whoever dies on the way leaves an entry that says where the event belongs, and the same request id brings it
 * to those records that lack it. Of calls at the same time with the same contributions one is told that it was news.
 */
export async function countInSteps(parts: StepsParts, counting: Counting): Promise<CountEnd> {
  const { requestKey, occurredAtMs, keepMs, sources } = counting;
  const wanted = new Map([...sources].map(([source, { value, recordKey }]) => [source, claimOf(value, recordKey)]));
  const known = await parts.requests.claim(requestKey, occurredAtMs, wanted, keepMs);
  const open = [...known.applications].filter(([, { isConfirmed }]) => !isConfirmed);
  const applied = await Promise.all(open.map((each) => apply(parts, counting, known, each)));
  if (applied.length > 0) parts.later(() => settle(parts, counting, known.occurredAtMs, applied), 0);
  const decisive = applied.find(({ source }) => known.newSources.has(source)) ?? applied[0];
  return {
    isNews: decisive?.isNew ?? false,
    records: counting.wantsRecords ? new Map(applied.map(({ recordKey, record }) => [recordKey, record])) : new Map(),
  };
}

function claimOf(value: number, recordKey: string): Application {
  return { isConfirmed: false, value, label: Number.NaN, reportedAtMs: Number.NEGATIVE_INFINITY, recordKey };
}

async function apply(
  { commands, keys }: StepsParts,
  { id, exactLimit, nowMs, sources, wantsRecords }: Counting,
  { occurredAtMs, label }: KnownRequest,
  [source, { value, recordKey }]: readonly [string, Application],
): Promise<Applied> {
  const { retainMs } = sources.get(source)!.spec;
  const event = packDoubles(occurredAtMs, value, label.value, id, label.reportedAtMs, retainMs, exactLimit, nowMs);
  const answer = await commands.run(scripts.apply, keys.record(recordKey), event, wantsRecords ? "1" : "0");
  const [isNew, isLarge, has, record] = answer as [number, number, Buffer, Buffer | null];
  return {
    source,
    recordKey,
    isNew: isNew === 1,
    isLarge: isLarge === 1,
    label: { value: has.readDoubleLE(0), reportedAtMs: has.readDoubleLE(8) },
    record,
  };
}

/** Longer than a call can be under way that had read the entry before it was confirmed. */
const forgetAfterMs = 10_000;

/**
 * Notes in the entry that the records have the event; a while later those that will soon fold it may forget its id. What is
 * not done of this is done by the next that sends the same request id, or costs some bytes until the event expires.
 */
async function settle(
  { commands, requests, keys, later }: StepsParts,
  { requestKey, id }: Counting,
  timeMs: number,
  applied: readonly Applied[],
): Promise<void> {
  await requests.confirm(requestKey, true, new Map(applied.map(({ source, label }) => [source, label])));
  for (const { isLarge, recordKey, label } of applied) {
    if (!isLarge) continue;
    const numbers = packDoubles(timeMs, id, label.reportedAtMs);
    later(() => commands.run(scripts.settle, keys.record(recordKey), numbers), forgetAfterMs);
  }
}

import type { AggregateSnapshot, AggregateStore, Contribution, Counted } from "../domain/aggregate.ts";
import type { Event } from "../domain/event.ts";
import { type FeatureValue, Missing } from "../domain/feature.ts";
import type { Context } from "../features/context.ts";
import type { CompiledPolicy } from "./compile.ts";

/**
 * Counts an event in all the policy's aggregates, in one atomic step. Done before anything is read: so of two events at
 * the same time each sees the other or is seen by it, and every event counts, also when the gate answers.
 */
export function countEvent(
  compiled: CompiledPolicy,
  event: Event,
  context: Context,
  store: AggregateStore,
  onSnapshot?: (snapshot: AggregateSnapshot) => void,
): Counted | Promise<Counted> {
  const contributions = compiled.counters.flatMap(({ spec, keySlots, valueSlot }): Contribution[] => {
    const key = keySlots.map((slot) => context.at(slot));
    if (!key.every((part): part is FeatureValue => isPresent(part))) return [];
    const value = valueSlot === undefined ? undefined : context.at(valueSlot);
    return [{ spec, key, value: isPresent(value) ? value : undefined }];
  });
  if (contributions.length === 0) return "accepted";
  return store.count({ requestId: event.requestId, occurredAtMs: event.occurredAtMs, contributions }, onSnapshot);
}

/** A store on a network may not answer; what is to be decided by then cannot wait for it longer. */
const longestMs = 100;

/**
 * Waits for a count, at most for half of what is left until the deadline.
 * @throws if it took longer: it may still be done, and the same request id counts once.
 */
export async function inTime(counting: Counted | Promise<Counted>, leftMs: number): Promise<Counted> {
  if (!(counting instanceof Promise)) return counting;
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new Error("the aggregates did not count the event in time"));
  const timer = setTimeout(late, Math.max(0, Math.min(longestMs, leftMs / 2)));
  try {
    return await Promise.race([counting, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function isPresent(value: FeatureValue | Missing | undefined): value is FeatureValue {
  return value !== undefined && !(value instanceof Missing);
}

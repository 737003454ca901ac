import { LRUCache } from "lru-cache";
import { type Fetched, Missing } from "../../domain/feature.ts";
import type { FeatureSource, Fetch, SourceAnswer, SourceRequest } from "../../domain/source.ts";
import { follow, isGood } from "./answer.ts";
import { DerivedRequest } from "./derived-request.ts";
import { type CacheOptions, tailDefaults } from "./entry.ts";
import type { TailEvents } from "./events.ts";
import { FetchKeys } from "./fetch-keys.ts";
import type { Time } from "./time.ts";

/** What one cache may take, whatever the size of its entries. */
const maxBytes = 64 * 1024 * 1024;
/** Of an entry besides its texts: objects, its place in the table, numbers. */
const bytesEach = 300;
const bytesOfValue = 16;

/** An answer in memory must leave before the one who waits for it does. */
const reserveMs = 3;

const due = new Error("the fetch took as long as it may while an expired answer stands in");

interface Entry {
  readonly answer: SourceAnswer;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
}

interface Parts {
  readonly time: Time;
  readonly events: TailEvents;
}

/**
 * Answers from memory for a short time: CACHED. Also that there is none of a key; and, for a while after its expiry, in
 * place of a fetch that fails or is late, then with an `error` that says so. Answers that lack a part are not kept. The
 * least recently used goes first. For sources whose answer depends on the key alone. An answer is good for `ttlMs`.
 */
export function withCache<Feature>(
  source: FeatureSource<Feature>,
  {
    ttlMs,
    negativeMs = 0,
    staleMs = 0,
    maxEntries = tailDefaults.maxEntries,
  }: CacheOptions & { readonly ttlMs: number },
  { time, events }: Parts,
): FeatureSource<Feature> {
  const { name, kind } = source;
  const keys = new FetchKeys();
  const entries = new LRUCache<string, Entry>({ max: maxEntries, maxSize: maxBytes, sizeCalculation: bytesOf });

  function keep(key: string, { status, values, error }: SourceAnswer): void {
    if (error !== undefined || values.some(isFailure)) return;
    const answer: SourceAnswer = { status: "CACHED", values };
    const nowMs = time.now();
    if (status === "OK") {
      const freshUntilMs = nowMs + ttlMs;
      entries.set(key, { answer, freshUntilMs, staleUntilMs: freshUntilMs + staleMs });
    } else if (status === "NOT_FOUND") {
      const freshUntilMs = nowMs + negativeMs;
      if (negativeMs > 0) entries.set(key, { answer, freshUntilMs, staleUntilMs: freshUntilMs });
      else entries.delete(key);
    }
  }

  return {
    name,
    kind,
    prepare(features) {
      const fetch = source.prepare(features);
      const keyOf = keys.of(features);
      return (request) => {
        const key = keyOf(request.key);
        const entry = entries.get(key);
        const nowMs = time.now();
        if (entry !== undefined && nowMs < entry.freshUntilMs) {
          events.hit(name);
          return entry.answer;
        }
        const end = (answer: SourceAnswer | undefined) => {
          if (answer !== undefined) keep(key, answer);
        };
        if (entry !== undefined && nowMs < entry.staleUntilMs) {
          return fetchOr(fetch, request, time, end, (cause) => {
            events.stale(name);
            request.note?.({ kind: "stale" });
            const error = new Error(`${name} was answered from memory, from an expired answer, as the fetch failed`, {
              cause,
            });
            return { ...entry.answer, error };
          });
        }
        if (entry !== undefined) entries.delete(key);
        return follow(() => fetch(request), end);
      };
    },
  };
}

/**
 * Fetches with a little less time than there is.
 * @param end gets what was fetched.
 * @param standIn gives the answer in place of one that failed or was late.
 */
function fetchOr(
  fetch: Fetch,
  request: SourceRequest,
  time: Time,
  end: (answer: SourceAnswer | undefined) => void,
  standIn: (cause: unknown) => SourceAnswer,
): SourceAnswer | Promise<SourceAnswer> {
  const leftMs = request.deadlineMs - time.now();
  const givenMs = leftMs - Math.min(reserveMs, leftMs / 2);
  const attempt = new DerivedRequest(request, { deadlineMs: time.now() + givenMs });
  const take = (answer: SourceAnswer) => (isGood(answer) ? answer : standIn(answer.error));
  let answer: SourceAnswer | Promise<SourceAnswer>;
  try {
    answer = follow(() => fetch(attempt), end);
  } catch (error) {
    attempt.release();
    return standIn(error);
  }
  if (!(answer instanceof Promise)) {
    attempt.release();
    return take(answer);
  }
  const cancel = time.after(givenMs, () => attempt.abort(due));
  return answer
    .then(take, (error) => {
      if (request.signal.aborted) throw error;
      return standIn(error);
    })
    .finally(() => {
      cancel();
      attempt.release();
    });
}

/** Whether a value is missing because something went wrong, and might be there the next time. */
function isFailure(value: Fetched): boolean {
  return value instanceof Missing && value !== Missing.null && value !== Missing.not_found && value !== Missing.stale;
}

/** What an entry takes in memory, about. */
function bytesOf({ answer }: Entry, key: string): number {
  let bytes = bytesEach + 2 * key.length;
  for (const value of answer.values) bytes += bytesOfValue + (typeof value === "string" ? 2 * value.length : 0);
  return bytes;
}

import { Latencies } from "../../domain/latencies.ts";
import type { FeatureSource } from "../../domain/source.ts";
import { withAttempts } from "./attempts.ts";
import { withBulkhead } from "./bulkhead.ts";
import { withCache } from "./cache.ts";
import type { TailOptions } from "./entry.ts";
import { noEvents, type TailEvents } from "./events.ts";
import { withHedge } from "./hedge.ts";
import { withRetries } from "./retry.ts";
import { withSingleFlight } from "./single-flight.ts";
import { systemTime, type Time } from "./time.ts";
import { withBreaker } from "./with-breaker.ts";

interface Surroundings {
  readonly time?: Time;
  readonly events?: TailEvents;
}

/**
 * What keeps a remote source's slow and failing answers from the decisions. From the outside in, a fetch meets the cache,
 * the equal one in flight, the bulkhead, the circuit breaker, retries, the second attempt, the source.
 * For sources whose answer depends on the key alone, and which may be read again.
 */
export function withTail<Feature>(
  source: FeatureSource<Feature>,
  options: TailOptions,
  { time = systemTime, events = noEvents }: Surroundings = {},
): FeatureSource<Feature> {
  const { cacheMs, cache, retries = 0, hedge = false, breaker = {} } = options;
  const parts = { time, events, latencies: new Latencies() };
  let tailed = withAttempts(source, parts);
  if (hedge) tailed = withHedge(tailed, parts);
  if (retries > 0) tailed = withRetries(tailed, { retries }, parts);
  tailed = withBreaker(tailed, breaker, parts);
  tailed = withBulkhead(tailed, options, parts);
  tailed = withSingleFlight(tailed, parts);
  return cacheMs === undefined ? tailed : withCache(tailed, { ...cache, ttlMs: cacheMs }, parts);
}

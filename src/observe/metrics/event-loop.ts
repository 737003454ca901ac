import { performance } from "node:perf_hooks";
import type { Family } from "./family.ts";
import { Histogram, latencyBuckets } from "./histogram.ts";

/** How often it is looked whether the event loop keeps time. */
const everyMs = 20;

/**
 * By how much the event loop runs late. Node's own histogram of it is reset at each reading, which two scrapers cannot
 * share, and its quantiles cannot be added up over engines. A loop held up for long is counted as if it had been looked
 * at throughout: a request could have come at any of these moments.
 */
export function watchEventLoop(): Histogram {
  const delay = new Histogram({
    name: "verdict_event_loop_delay_seconds",
    help: "By how much the event loop ran late, looked at every 20 ms.",
    labels: {},
    buckets: latencyBuckets,
  });
  const series = delay.at();
  let lastMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    const lateMs = Math.max(0, nowMs - lastMs - everyMs);
    for (let left = lateMs; left >= 0; left -= everyMs) series.observe(left / 1000);
    lastMs = nowMs;
  }, everyMs).unref();
  return delay;
}

/** Read when it is asked for. */
export const eventLoopBusy: Family = {
  type: "counter",
  name: "verdict_event_loop_busy_seconds_total",
  help: "Time the event loop worked rather than waited: its rate is the share of one processor core.",
  labels: {},
  samples: () => [{ labels: {}, value: performance.eventLoopUtilization().active / 1000 }],
  retain() {},
};

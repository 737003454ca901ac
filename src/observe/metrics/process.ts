import { collectDefaultMetrics, type Metric, Registry } from "prom-client";
import { eventLoopBusy, watchEventLoop } from "./event-loop.ts";
import type { Exposition } from "./exposition.ts";

/**
 * Of what prom-client collects. Left out: its event loop lag (see `event-loop.ts`), and numbers of handles, whose names
 * end as counters' do although they are gauges, which OpenMetrics forbids.
 */
const shown: ReadonlySet<string> = new Set([
  "process_cpu_user_seconds_total",
  "process_cpu_system_seconds_total",
  "process_start_time_seconds",
  "process_resident_memory_bytes",
  "process_open_fds",
  "process_max_fds",
  "nodejs_heap_size_total_bytes",
  "nodejs_heap_size_used_bytes",
  "nodejs_external_memory_bytes",
  "nodejs_heap_space_size_used_bytes",
  "nodejs_gc_duration_seconds",
  "nodejs_version_info",
]);

/** Seconds. A pause of a few milliseconds is already a decision's. */
const gcDurationBuckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5];

/** There is one process, however many engines run in it. */
const collected: { metrics?: readonly Metric[]; eventLoop?: ReturnType<typeof watchEventLoop> } = {};

/** Processor, memory, garbage collection and event loop of this process. */
export function processMetrics(exposition: Exposition): void {
  collected.metrics ??= collect();
  for (const metric of collected.metrics) exposition.show(metric);
  collected.eventLoop ??= watchEventLoop();
  exposition.share(collected.eventLoop);
  exposition.share(eventLoopBusy);
}

function collect(): Metric[] {
  const register = new Registry();
  collectDefaultMetrics({ register, gcDurationBuckets });
  return (register.getMetricsAsArray() as unknown as Metric[]).filter((metric) =>
    shown.has((metric as unknown as { name: string }).name),
  );
}

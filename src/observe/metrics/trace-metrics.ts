import { type KeepReason, keepReasons } from "../keeping.ts";
import type { Exposition } from "./exposition.ts";

export interface TraceMetrics {
  /** A trace is kept, and will be sent. */
  kept(reason: KeepReason): void;
  /** There was a reason to keep a trace, but there were too many. */
  over(reason: KeepReason): void;
  /** @param perSecond how many traces a second are kept at most, besides those that callers keep. */
  cap(perSecond: number): void;
}

export function traceMetrics(exposition: Exposition): TraceMetrics {
  const kept = exposition.counter({
    name: "verdict_traces_total",
    help: "Traces that are kept, by the reason for it.",
    labels: { reason: "fixed" },
  });
  const dropped = exposition.counter({
    name: "verdict_traces_dropped_total",
    help: "Traces over the cap, by the reason they would have been kept for.",
    labels: { reason: "fixed" },
  });
  const cap = exposition.gauge({
    name: "verdict_traces_per_second_max",
    help: "The cap: traces a second that are kept at most, besides those that callers keep.",
    labels: {},
  });
  for (const reason of keepReasons) for (const counter of [kept, dropped]) counter.at(reason).inc(0);
  return {
    kept: (reason) => kept.at(reason).inc(),
    over: (reason) => dropped.at(reason).inc(),
    cap: (perSecond) => cap.at().set(perSecond),
  };
}

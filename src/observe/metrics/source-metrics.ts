import type { Decision } from "../../domain/decision.ts";
import type { Exposition } from "./exposition.ts";
import { coarseLatencyBuckets, latencyBuckets } from "./histogram.ts";

export interface SourceMetrics {
  decided(decision: Decision, traceId: string | undefined): void;
  /** An answer of a source came too late to be applied. */
  readonly lateAnswer: (source: string) => void;
  /** What is done about slow and failing sources; each is told the source's name. */
  readonly tail: TailMetrics;
}

type Counted = "hit" | "stale" | "shared" | "hedged" | "retried" | "rejected";
type TailEvent = Counted | "queued" | "unqueued" | "late" | "opened" | "closed";
type TailMetrics = Readonly<Record<TailEvent, (source: string) => void>>;

/** How sources answer, and what each costs decisions. */
export function sourceMetrics(exposition: Exposition): SourceMetrics {
  const fetches = exposition.counter({
    name: "verdict_source_fetches_total",
    help: "Fetches by source and status.",
    labels: { source: "name", status: "fixed" },
  });
  const latency = exposition.histogram(
    {
      name: "verdict_source_seconds",
      help: "Time of one fetch that was made and waited for to its end.",
      labels: { source: "name" },
    },
    latencyBuckets,
  );
  const contribution = exposition.histogram(
    {
      name: "verdict_source_contribution_seconds",
      help: "Time by which a source held a decision up: its part of the critical path.",
      labels: { source: "name" },
    },
    coarseLatencyBuckets,
  );
  const saving = exposition.histogram(
    {
      name: "verdict_source_saving_seconds",
      help: "By how much earlier a decision's features had been there, had the source answered at once.",
      labels: { source: "name" },
    },
    coarseLatencyBuckets,
  );
  const late = exposition.counter({
    name: "verdict_late_answers_total",
    help: "Answers of sources that came when nobody waited for them any more; never applied.",
    labels: { source: "name" },
  });
  const lateAnswer = (source: string) => late.at(source).inc();

  return {
    lateAnswer,
    tail: tailMetrics(exposition, lateAnswer),
    decided({ steps }, traceId) {
      for (const { kind, name, status, durationMs, contributionMs, savingMs } of steps) {
        if (kind !== "source") continue;
        fetches.at(name, status).inc();
        if (status === "SKIPPED") continue;
        contribution.at(name).observe(contributionMs / 1000, traceId);
        saving.at(name).observe(savingMs / 1000, traceId);
        if (status !== "NOT_AWAITED") latency.at(name).observe(durationMs / 1000, traceId);
      }
    },
  };
}

function tailMetrics(exposition: Exposition, late: (source: string) => void): TailMetrics {
  const tail = exposition.counter({
    name: "verdict_source_tail_total",
    help: "Fetches answered from memory (hit, stale), by another one in flight (shared), sent again (hedged, retried) or refused (rejected).",
    labels: { source: "name", what: "fixed" },
  });
  const breakerOpen = exposition.gauge({
    name: "verdict_source_breaker_open",
    help: "1 while a source is not asked because too many of its last fetches failed.",
    labels: { source: "name" },
  });
  const queue = exposition.gauge({
    name: "verdict_source_queue",
    help: "Fetches that wait because as many of the source are in flight as may be.",
    labels: { source: "name" },
  });
  const change = (source: string, by: number) => queue.at(source).set(Math.max(0, queue.at(source).value + by));
  const count = (what: Counted) => (source: string) => tail.at(source, what).inc();
  return {
    hit: count("hit"),
    stale: count("stale"),
    shared: count("shared"),
    hedged: count("hedged"),
    retried: count("retried"),
    rejected: count("rejected"),
    late,
    queued: (source) => change(source, 1),
    unqueued: (source) => change(source, -1),
    opened: (source) => breakerOpen.at(source).set(1),
    closed: (source) => breakerOpen.at(source).set(0),
  };
}

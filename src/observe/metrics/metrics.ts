import type { Decision } from "../../domain/decision.ts";
import { type CallMetrics, callMetrics } from "./call-metrics.ts";
import { type DocumentMetrics, documentMetrics } from "./document-metrics.ts";
import { Exposition, type Rendered } from "./exposition.ts";
import { modelMetrics } from "./model-metrics.ts";
import { policyMetrics } from "./policy-metrics.ts";
import { processMetrics } from "./process.ts";
import { ruleMetrics } from "./rule-metrics.ts";
import { type SourceMetrics, sourceMetrics } from "./source-metrics.ts";
import { type TraceMetrics, traceMetrics } from "./trace-metrics.ts";

/** Prometheus metrics. Label values are names from documents, never from requests: their number is bounded. */
export interface Metrics extends CallMetrics, DocumentMetrics, Omit<SourceMetrics, "decided"> {
  /** @param traceKept whether its trace can be looked up, and so may stand for what was observed. */
  decided(decision: Decision, traceKept: boolean): void;
  /** Traces that were kept, and those over the cap. */
  readonly traces: TraceMetrics;
  /** Something observed is lost, because it came faster than it could be taken, or nobody took it. */
  dropped(what: "spans" | "timings", count: number): void;
  /** @param accept what the scraper accepts: its `Accept` header. */
  render(accept?: string): Promise<Rendered>;
}

export function createMetrics(): Metrics {
  const exposition = new Exposition();
  const policies = policyMetrics(exposition);
  const rules = ruleMetrics(exposition);
  const sources = sourceMetrics(exposition);
  const models = modelMetrics(exposition);
  const calls = callMetrics(exposition);
  const documents = documentMetrics(exposition);
  processMetrics(exposition);
  const traces = traceMetrics(exposition);
  const dropped = exposition.counter({
    name: "verdict_dropped_total",
    help: "What is lost of what engines tell about decisions, by what it was (spans, timings).",
    labels: { what: "fixed" },
  });
  dropped.at("spans").inc(0);
  dropped.at("timings").inc(0);
  return {
    ...calls,
    ...documents,
    decided(decision, traceKept) {
      const traceId = traceKept ? decision.trace.traceId : undefined;
      policies(decision, traceId);
      rules(decision);
      sources.decided(decision, traceId);
      models(decision, traceId);
    },
    lateAnswer: sources.lateAnswer,
    tail: sources.tail,
    traces,
    dropped: (what, count) => dropped.at(what).inc(count),
    render: (accept) => exposition.render(accept),
  };
}

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Decision } from "../domain/decision.ts";
import { VerdictError } from "../domain/errors.ts";

/** Seconds; fit for 0.1 ms to 1 s. */
const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Prometheus metrics. Label values are names from documents, never from requests: cardinality is bounded. */
export interface Metrics {
  decided(decision: Decision): void;
  failed(error: unknown, method: string): void;
  /** The documents changed on disk and decide now. */
  swapped(): void;
  /** Whether the documents on disk are refused. */
  rejected(refused: boolean): void;
  render(): Promise<{ readonly text: string; readonly contentType: string }>;
}

export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const registry = registers[0]!;
  const decisions = new Counter({
    name: "verdict_decisions_total",
    help: "Decisions by policy and outcome.",
    labelNames: ["policy", "outcome"],
    registers,
  });
  const completeness = new Counter({
    name: "verdict_completeness_total",
    help: "Decisions by completeness.",
    labelNames: ["policy", "completeness"],
    registers,
  });
  const latency = new Histogram({
    name: "verdict_decision_seconds",
    help: "Time from a request's arrival to its decision.",
    labelNames: ["policy"],
    buckets,
    registers,
  });
  const fetches = new Counter({
    name: "verdict_source_fetches_total",
    help: "Fetches by source and status.",
    labelNames: ["source", "status"],
    registers,
  });
  const fetchLatency = new Histogram({
    name: "verdict_source_seconds",
    help: "Time of one fetch.",
    labelNames: ["source"],
    buckets,
    registers,
  });
  const contribution = new Histogram({
    name: "verdict_source_contribution_seconds",
    help: "Time by which a source held a decision up.",
    labelNames: ["source"],
    buckets,
    registers,
  });
  const ignored = new Counter({
    name: "verdict_ignored_attributes_total",
    help: "Attributes of events that the policy does not use.",
    labelNames: ["policy"],
    registers,
  });
  const failures = new Counter({
    name: "verdict_refused_total",
    help: "Calls refused or failed, by reason.",
    labelNames: ["method", "reason"],
    registers,
  });
  const swaps = new Counter({
    name: "verdict_bundle_swaps_total",
    help: "Changes of the documents that were taken over.",
    registers,
  });
  const rejected = new Gauge({
    name: "verdict_bundle_rejected",
    help: "1 while the documents on disk are refused and older ones decide.",
    registers,
  });

  return {
    decided({ policy, outcome, completeness: how, elapsedMs, steps, ignoredAttributes }) {
      decisions.inc({ policy, outcome });
      completeness.inc({ policy, completeness: how });
      latency.observe({ policy }, elapsedMs / 1000);
      if (ignoredAttributes.length > 0) ignored.inc({ policy }, ignoredAttributes.length);
      for (const step of steps) {
        if (step.kind !== "source") continue;
        fetches.inc({ source: step.name, status: step.status });
        fetchLatency.observe({ source: step.name }, step.durationMs / 1000);
        contribution.observe({ source: step.name }, step.contributionMs / 1000);
      }
    },
    failed(error, method) {
      failures.inc({ method, reason: error instanceof VerdictError ? error.reason : "INTERNAL" });
    },
    swapped() {
      swaps.inc();
      rejected.set(0);
    },
    rejected(refused) {
      rejected.set(refused ? 1 : 0);
    },
    async render() {
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Decision } from "../domain/decision.ts";
import { VerdictError } from "../domain/errors.ts";

/** Seconds; fit for 0.1 ms to 1 s. */
const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Prometheus metrics. Label values are names from documents, never from requests: cardinality is bounded. */
export interface Metrics {
  decided(decision: Decision): void;
  failed(error: unknown, method: string): void;
  /** An answer of a source came too late to be applied. */
  readonly lateAnswer: (source: string) => void;
  /** What is done about slow and failing sources; each is told the source's name. */
  readonly tail: TailMetrics;
  /** A list was read, or refused in its new state. */
  list(name: string, entries: number, good: boolean): void;
  /** The documents changed on disk and decide now. */
  swapped(): void;
  /** The documents on disk are refused: how many problems each file has that has any. */
  rejected(problems: ReadonlyMap<string, number>): void;
  /** The documents on disk are again as they decide. */
  mended(): void;
  /** Bundles open at the moment: the one that decides, and those that decisions may still hold. */
  bundlesOpen(count: number): void;
  render(): Promise<{ readonly text: string; readonly contentType: string }>;
}

const tailEvents = ["hit", "stale", "shared", "hedged", "retried", "rejected"] as const;

type TailMetrics = Readonly<
  Record<(typeof tailEvents)[number] | "opened" | "closed" | "late", (source: string) => void>
>;

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
  const late = new Counter({
    name: "verdict_late_answers_total",
    help: "Answers of sources that came when nobody waited for them any more; never applied.",
    labelNames: ["source"],
    registers,
  });
  const tail = new Counter({
    name: "verdict_source_tail_total",
    help: "Fetches answered from memory (hit, stale), by another one in flight (shared), sent again (hedged, retried) or refused (rejected).",
    labelNames: ["source", "what"],
    registers,
  });
  const breakerOpen = new Gauge({
    name: "verdict_source_breaker_open",
    help: "1 while a source is not asked because too many of its last fetches failed.",
    labelNames: ["source"],
    registers,
  });
  const rules = new Counter({
    name: "verdict_rules_total",
    help: "Rules that fired or stayed unknown, by mode in that decision.",
    labelNames: ["policy", "rule", "mode", "result"],
    registers,
  });
  const shadow = new Counter({
    name: "verdict_shadow_disagreements_total",
    help: "Decisions whose outcome would be another had the rules in shadow counted.",
    labelNames: ["policy", "outcome", "shadow_outcome"],
    registers,
  });
  const listEntries = new Gauge({
    name: "verdict_list_entries",
    help: "Entries of a list as it is looked up in.",
    labelNames: ["list"],
    registers,
  });
  const listRejected = new Gauge({
    name: "verdict_list_rejected",
    help: "1 while a list's file is refused and an older state of it is looked up in.",
    labelNames: ["list"],
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
  const rejections = new Counter({
    name: "verdict_bundle_rejections_total",
    help: "Changes of the documents that were refused.",
    registers,
  });
  const problems = new Gauge({
    name: "verdict_document_problems",
    help: "Problems of the documents on disk, by file; only files that have any.",
    labelNames: ["file"],
    registers,
  });
  const open = new Gauge({
    name: "verdict_bundles_open",
    help: "Bundles that are open: the one that decides, and those that decisions may still hold.",
    registers,
  });
  const mended = () => {
    rejected.set(0);
    problems.reset();
  };

  return {
    decided({
      policy,
      outcome,
      shadowOutcome,
      rules: ruleOutcomes,
      completeness: how,
      elapsedMs,
      steps,
      ignoredAttributes,
    }) {
      decisions.inc({ policy, outcome });
      completeness.inc({ policy, completeness: how });
      for (const { name, mode, result } of ruleOutcomes)
        if (result !== "NOT_FIRED") rules.inc({ policy, rule: name, mode, result: result.toLowerCase() });
      if (shadowOutcome !== undefined && shadowOutcome !== outcome)
        shadow.inc({ policy, outcome, shadow_outcome: shadowOutcome });
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
      mended();
    },
    rejected(found) {
      rejections.inc();
      rejected.set(1);
      problems.reset();
      for (const [file, count] of found) problems.set({ file }, count);
    },
    mended,
    bundlesOpen: (count) => open.set(count),
    list(name, entries, good) {
      listEntries.set({ list: name }, entries);
      listRejected.set({ list: name }, good ? 0 : 1);
    },
    tail: {
      ...(Object.fromEntries(
        tailEvents.map((what) => [what, (source: string) => tail.inc({ source, what })]),
      ) as unknown as Pick<TailMetrics, (typeof tailEvents)[number]>),
      late: (source) => late.inc({ source }),
      opened: (source) => breakerOpen.set({ source }, 1),
      closed: (source) => breakerOpen.set({ source }, 0),
    },
    lateAnswer(source) {
      late.inc({ source });
    },
    async render() {
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

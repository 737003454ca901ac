import type { Decision } from "../../domain/decision.ts";
import type { Exposition } from "./exposition.ts";
import { latencyBuckets } from "./histogram.ts";

/** Shares of the deadline; over 1 the answer was late. */
const deadlineShares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.5];

/** What was decided, how well founded, and how fast. */
export function policyMetrics(exposition: Exposition): (decision: Decision, traceId: string | undefined) => void {
  const decisions = exposition.counter({
    name: "verdict_decisions_total",
    help: "Decisions by policy and outcome.",
    labels: { policy: "name", outcome: "name" },
  });
  const completeness = exposition.counter({
    name: "verdict_completeness_total",
    help: "Decisions by completeness: COMPLETE, PARTIAL or DEGRADED.",
    labels: { policy: "name", completeness: "fixed" },
  });
  const shortcuts = exposition.counter({
    name: "verdict_shortcuts_total",
    help: "Decisions answered by the gate (gate), or settled before everything had been fetched (settled_early).",
    labels: { policy: "name", by: "fixed" },
  });
  const latency = exposition.histogram(
    {
      name: "verdict_decision_seconds",
      help: "Time from a request's arrival to its decision.",
      labels: { policy: "name" },
    },
    latencyBuckets,
  );
  const deadlineShare = exposition.histogram(
    {
      name: "verdict_decision_deadline_ratio",
      help: "Share of its deadline that a decision took; over 1 it was late.",
      labels: { policy: "name" },
    },
    deadlineShares,
  );
  const missing = exposition.counter({
    name: "verdict_missing_features_total",
    help: "Features that a decision had to do without, or with a stand-in, by reason.",
    labels: { policy: "name", feature: "name", reason: "fixed" },
  });
  const ignored = exposition.counter({
    name: "verdict_ignored_attributes_total",
    help: "Attributes of events that the policy does not use.",
    labels: { policy: "name" },
  });
  const uncounted = exposition.counter({
    name: "verdict_uncounted_events_total",
    help: "Events that were decided but could not be counted in their aggregates.",
    labels: { policy: "name" },
  });

  return (decision, traceId) => {
    const { policy, elapsedMs, deadlineMs } = decision;
    decisions.at(policy, decision.outcome).inc();
    completeness.at(policy, decision.completeness).inc();
    if (decision.gated) shortcuts.at(policy, "gate").inc();
    if (decision.settledEarly) shortcuts.at(policy, "settled_early").inc();
    latency.at(policy).observe(elapsedMs / 1000, traceId);
    // A caller whose time was up on arrival leaves none to take a share of.
    if (deadlineMs > 0) deadlineShare.at(policy).observe(elapsedMs / deadlineMs, traceId);
    for (const [feature, reason] of decision.missingFeatures) missing.at(policy, feature, reason).inc();
    if (decision.steps.some(({ kind, status }) => kind === "record" && status === "ERROR")) uncounted.at(policy).inc();
    if (decision.ignoredAttributes.length > 0) ignored.at(policy).inc(decision.ignoredAttributes.length);
  };
}

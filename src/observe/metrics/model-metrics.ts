import type { Decision } from "../../domain/decision.ts";
import type { Exposition } from "./exposition.ts";
import { latencyBuckets } from "./histogram.ts";

/** Of probabilities; a model whose scores lie elsewhere shows in the first or the last bucket. */
const scoreBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1];

/** How fast models score, and what. */
export function modelMetrics(exposition: Exposition): (decision: Decision, traceId: string | undefined) => void {
  const labels = { model: "name", version: "name" } as const;
  const scores = exposition.counter({
    name: "verdict_model_scores_total",
    help: "Scores asked of a model, by what became of them.",
    labels: { ...labels, status: "fixed" },
  });
  const total = exposition.histogram(
    { name: "verdict_model_seconds", help: "Time of a model: adapting its inputs, and inference.", labels },
    latencyBuckets,
  );
  const adapting = exposition.histogram(
    { name: "verdict_model_adapt_seconds", help: "Time that went into adapting a model's inputs.", labels },
    latencyBuckets,
  );
  const values = exposition.histogram(
    { name: "verdict_model_score", help: "The scores themselves.", labels },
    scoreBuckets,
  );

  return (decision, traceId) => {
    for (const { feature, model, version, status, value } of decision.scores) {
      scores.at(model, version, status).inc();
      if (value !== undefined) values.at(model, version).observe(value, traceId);
      const step = decision.steps.find(({ kind, name }) => kind === "model" && name === feature);
      if (step?.parts === undefined) continue;
      total.at(model, version).observe(step.durationMs / 1000, traceId);
      adapting.at(model, version).observe(step.parts.adaptMs / 1000, traceId);
    }
  };
}

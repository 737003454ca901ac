import type { DecideCall, DecideRequest, Decision } from "../domain/decision.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Tracing } from "./tracing.ts";

type Decide = (request: DecideRequest, call: DecideCall) => Promise<Decision>;

/** Observation around deciding, not inside it: what fails here is logged and never fails or delays a decision. */
export function observed(decide: Decide, logger: Logger, metrics: Metrics, tracing: Tracing | undefined): Decide {
  return async (request, call) => {
    const decision = await decide(request, call);
    setImmediate(() => {
      try {
        metrics.decided(decision);
        tracing?.decided(decision);
        log(logger, decision);
      } catch (error) {
        logger.warn({ error }, "a decision could not be observed");
      }
    });
    return decision;
  };
}

function log(logger: Logger, decision: Decision): void {
  const { decisionId, policy, outcome, completeness, elapsedMs, trace } = decision;
  const traceId = trace.traceId;
  for (const { name, kind, status, error } of decision.steps) {
    if (status === "TIMEOUT" || error !== undefined) {
      logger.warn(
        { traceId, decisionId, step: name, kind, status, problem: error instanceof Error ? error.message : undefined },
        "a step of a decision failed",
      );
    }
  }
  logger.debug({ traceId, decisionId, policy, outcome, completeness, elapsedMs }, "decided");
}

import type { Decision, StepTiming } from "../domain/decision.ts";
import { adviceOn } from "./advice.ts";
import type { Logger } from "./logger.ts";
import type { Warn } from "./warnings.ts";

/**
 * Logs a decision: one line at debug, and a warning of each step that failed, of each step and status one in a while.
 * Names and ids of the decision only; nothing of the event.
 */
export function decisionLog(logger: Logger, warn: Warn): (decision: Decision) => void {
  return (decision) => {
    const { decisionId, policy, outcome, completeness, elapsedMs, trace, steps } = decision;
    const { traceId } = trace;
    for (const step of steps) {
      if (!hasFailed(step)) continue;
      const { name, kind, status, error } = step;
      const problem = error instanceof Error ? error.message : undefined;
      const fields = { traceId, decisionId, step: name, kind, status, problem, whatToDo: adviceOn(step) };
      warn(`${kind} ${name} ${status}`, fields, "a step of a decision failed");
    }
    if (!logger.isLevelEnabled("debug")) return;
    logger.debug({ traceId, decisionId, policy, outcome, completeness, elapsedMs }, "decided");
  };
}

function hasFailed({ status, error }: StepTiming): boolean {
  return status === "TIMEOUT" || error !== undefined;
}

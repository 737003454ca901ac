import type { DecideCall, DecideRequest, Decision } from "../domain/decision.ts";
import { decisionLog } from "./decision-log.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { TimingsFile } from "./timings-file.ts";
import { timingsLine } from "./timings-line.ts";
import type { Tracing } from "./tracing.ts";
import { limitWarnings } from "./warnings.ts";

type Decide = (request: DecideRequest, call: DecideCall) => Promise<Decision>;

/** What a decision is told to, once it is made. */
interface Observers {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly timings: TimingsFile | undefined;
}

/** Observation around deciding, not inside it: what fails here is logged and never fails or delays a decision. */
export function observed(decide: Decide, { logger, metrics, tracing, timings }: Observers): Decide {
  const warn = limitWarnings(logger);
  const log = decisionLog(logger, warn);
  const attempt = <Result>(observe: () => Result): Result | undefined => {
    try {
      return observe();
    } catch (error) {
      warn("observe", { error }, "a decision could not be observed; please report this as a fault of the engine");
      return undefined;
    }
  };
  return async (request, call) => {
    const traced = tracing === undefined ? call : { ...call, trace: tracing.arrived(call.trace) };
    let decision: Decision;
    try {
      decision = await decide(request, traced);
    } catch (error) {
      setImmediate(() => attempt(() => tracing?.failed(error, traced)));
      throw error;
    }
    setImmediate(() => {
      // First, because metrics show the traces that are kept.
      const traceKept = attempt(() => tracing?.decided(decision)) !== undefined;
      attempt(() => metrics.decided(decision, traceKept));
      attempt(() => log(decision));
      attempt(() => timings?.append(timingsLine(decision)));
    });
    return decision;
  };
}

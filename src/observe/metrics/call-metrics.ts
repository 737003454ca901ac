import { VerdictError } from "../../domain/errors.ts";
import type { Exposition } from "./exposition.ts";

export interface CallMetrics {
  failed(error: unknown, method: string): void;
  /** @param count how many calls are in flight now; @param limit how many may be. */
  callsInFlight(count: () => number, limit: number): void;
}

/** Calls before and beside decisions. There is no queue: what is over the limit is refused. */
export function callMetrics(exposition: Exposition): CallMetrics {
  const refused = exposition.counter({
    name: "verdict_refused_total",
    help: "Calls refused or failed, by reason.",
    labels: { method: "fixed", reason: "fixed" },
  });
  const inFlight = exposition.gauge({
    name: "verdict_calls_in_flight",
    help: "Calls being answered at the moment.",
    labels: {},
  });
  const limit = exposition.gauge({
    name: "verdict_calls_in_flight_limit",
    help: "Calls in flight from which on further ones are refused as OVERLOADED.",
    labels: {},
  });

  return {
    failed: (error, method) => refused.at(method, error instanceof VerdictError ? error.reason : "INTERNAL").inc(),
    callsInFlight(count, most) {
      inFlight.at().follow(count);
      limit.at().set(most);
    },
  };
}

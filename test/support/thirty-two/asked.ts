import type { IncomingHttpHeaders } from "node:http";

/** A request that a service answered or was told to give up. */
export interface Asked {
  readonly service: string;
  readonly key: string;
  /** Of the decision that asked (W3C Trace Context). */
  readonly traceId: string;
  /** From the request's arrival at the service to its answer. */
  readonly tookMs: number;
  /** The caller did not wait for the answer. */
  readonly givenUp: boolean;
}

/** From a `traceparent`; empty without one. */
export function traceIdOf(traceparent: IncomingHttpHeaders[string]): string {
  return String(traceparent ?? "").split("-")[1] ?? "";
}

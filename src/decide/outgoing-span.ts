import type { TraceIdentity } from "../domain/decision.ts";
import type { OutgoingSpan } from "../features/fetch.ts";
import { randomBytes } from "./random.ts";

/** A new span within a decision's trace. What is called keeps its part of the trace if the decision's is sure to be kept. */
export function outgoingSpan({ traceId, sampled, chosen = false, random = false }: TraceIdentity): OutgoingSpan {
  const spanId = randomBytes(8).toString("hex");
  const flags = (sampled || chosen ? 1 : 0) | (random ? 2 : 0);
  return { spanId, traceparent: `00-${traceId}-${spanId}-0${flags}` };
}

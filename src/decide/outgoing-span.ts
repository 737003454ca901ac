import type { TraceIdentity } from "../domain/decision.ts";
import type { OutgoingSpan } from "../features/fetch.ts";
import { randomBytes } from "./random.ts";

/** A new span within a decision's trace. What is called keeps its part of the trace if the caller of the decision keeps his. */
export function outgoingSpan({ traceId, sampled }: TraceIdentity): OutgoingSpan {
  const spanId = randomBytes(8).toString("hex");
  return { spanId, traceparent: `00-${traceId}-${spanId}-${sampled ? "01" : "00"}` };
}

import type { Metadata } from "@grpc/grpc-js";
import { randomBytes } from "../decide/random.ts";
import type { TraceIdentity } from "../domain/decision.ts";

/** Version 00 ends after the flags; later versions may have more behind. */
const traceparentForm = /^(?!ff|00-.{53})[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/** The identity of a decision's trace: the caller's, continued, if it sent one (W3C Trace Context level 1), else new. */
export function traceIdentity(metadata: Metadata): TraceIdentity {
  const spanId = randomBytes(8).toString("hex");
  const [, traceId, parentSpanId, flags] = traceparentForm.exec(String(metadata.get("traceparent")[0] ?? "")) ?? [];
  if (traceId === undefined || parentSpanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(parentSpanId)) {
    return { traceId: randomBytes(16).toString("hex"), spanId, parentSpanId: undefined, sampled: false };
  }
  return { traceId, spanId, parentSpanId, sampled: (Number.parseInt(flags ?? "0", 16) & 1) === 1 };
}

import type { Metadata } from "@grpc/grpc-js";
import { randomBytes } from "../decide/random.ts";
import type { TraceIdentity } from "../domain/decision.ts";

/** Version 00 ends after the flags; later versions may have more behind. */
const traceparentForm = /^(?!ff|00-.{53})[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/**
 * The identity of a decision's trace: the caller's, continued, if it sent one (W3C Trace Context, with level 2's mark of
 * random ids), else new. Baggage is ignored: it may be about people, and would go to every service that is asked.
 */
export function traceIdentity(metadata: Metadata): TraceIdentity {
  const spanId = randomBytes(8).toString("hex");
  const [, traceId, parentSpanId, flags] = traceparentForm.exec(String(metadata.get("traceparent")[0] ?? "")) ?? [];
  if (traceId === undefined || parentSpanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(parentSpanId)) {
    return { traceId: randomBytes(16).toString("hex"), spanId, parentSpanId: undefined, sampled: false, random: true };
  }
  const bits = Number.parseInt(flags ?? "0", 16);
  const state = traceState(metadata.get("tracestate").map(String));
  return { traceId, spanId, parentSpanId, sampled: (bits & 1) === 1, random: (bits & 2) === 2, state };
}

const maxStateLength = 512;
const maxMembers = 32;
const memberForm =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x21-\x2b\x2d-\x3c\x3e-\x7e\x20]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** A `tracestate` as it came; undefined if there is none, or it is not as the recommendation has it. */
function traceState(headers: readonly string[]): string | undefined {
  const state = headers.join(",").trim();
  if (state === "" || state.length > maxStateLength) return undefined;
  const members = state.split(",").map((member) => member.trim());
  const good = members.length <= maxMembers && members.every((member) => member === "" || memberForm.test(member));
  return good ? state : undefined;
}

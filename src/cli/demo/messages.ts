import { toTimestamp } from "../../client/timestamp.ts";
import { toFields, toValue } from "../../client/value.ts";
import type { Event } from "../../server/generated/verdict/v1/Event.ts";
import type { Label } from "../../server/generated/verdict/v1/Label.ts";
import type { Transaction } from "../../simulate/simulate.ts";
import { labelDelayMs } from "./timeline.ts";

/** The policy that the demo asks. */
export const policy = "card-authorization";

/** A transaction as the engine sees it; also the first four fields of a DecideRequest. Its truth stays here. */
export function toEvent({ requestId, occurredAtMs, customerId, terminalId, amount }: Transaction): Event {
  return {
    request_id: requestId,
    policy,
    event: toFields({ customer_id: customerId, terminal_id: terminalId, amount }),
    occurred_at: toTimestamp(occurredAtMs),
  };
}

/** The truth about a transaction, as it becomes known a week later. */
export function toLabel({ requestId, occurredAtMs, fraud }: Transaction): Label {
  return { request_id: requestId, label: toValue(fraud), reported_at: toTimestamp(occurredAtMs + labelDelayMs) };
}

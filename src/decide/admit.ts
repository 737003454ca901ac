import type { Clock } from "../domain/clock.ts";
import type { DecideCall, DecideRequest } from "../domain/decision.ts";
import { type FieldViolation, VerdictError } from "../domain/errors.ts";
import type { Event } from "../domain/event.ts";
import { type Fetched, Missing } from "../domain/feature.ts";
import type { Lists } from "../domain/lists.ts";
import { Context } from "../features/context.ts";
import { readEventFeature } from "../features/event-features.ts";
import type { Bundle } from "./bundle.ts";
import type { CompiledPolicy } from "./compile.ts";
import { checkRequestId, checkTime, refused } from "./fields.ts";

/** A request that may be decided: its policy, its event, and the context with what the event itself brings. */
export interface Admitted {
  readonly bundle: Bundle;
  readonly compiled: CompiledPolicy;
  readonly event: Event;
  readonly context: Context;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
  readonly ignoredAttributes: readonly string[];
}

/** What admitting needs from outside. */
export interface AdmitParts {
  readonly clock: Clock;
  readonly lists: Lists;
}

/**
 * Checks a request and finds its policy.
 * @throws {VerdictError} BAD_REQUEST, UNKNOWN_POLICY or BAD_EVENT, with every field that is wrong.
 */
export function admit(
  request: Pick<DecideRequest, "requestId" | "policy" | "event" | "occurredAtMs">,
  call: Pick<DecideCall, "arrivedMs" | "deadlineMs">,
  bundle: Bundle,
  { clock, lists }: AdmitParts,
): Admitted {
  const occurredAtMs = request.occurredAtMs ?? clock.now();
  const violations = checkFields(request, occurredAtMs, clock);
  if (violations.length > 0) throw refused("BAD_REQUEST", violations);
  const compiled = bundle.policies.get(request.policy);
  if (compiled === undefined) {
    const known = [...bundle.policies.keys()].join(", ");
    throw new VerdictError("UNKNOWN_POLICY", `there is no policy "${request.policy}"; known policies: ${known}`);
  }
  const event: Event = { requestId: request.requestId, occurredAtMs, attributes: request.event };
  const { plan, attributes } = compiled;
  const context = new Context(plan.slots, plan.index, { occurredAtMs, lists });
  for (const { slot, feature } of plan.eventFeatures) {
    const value = readEventFeature(feature, event);
    if (isViolation(value)) violations.push(value);
    else context.set(slot, value);
  }
  if (violations.length > 0) throw refused("BAD_EVENT", violations);
  return {
    bundle,
    compiled,
    event,
    context,
    deadlineMs: deadlineOf(call, compiled.policy.deadlineMs),
    ignoredAttributes: Object.keys(request.event).filter((name) => !attributes.has(name)),
  };
}

function isViolation(value: Fetched | FieldViolation): value is FieldViolation {
  return typeof value === "object" && !(value instanceof Missing);
}

function checkFields(
  { requestId, policy }: Pick<DecideRequest, "requestId" | "policy">,
  occurredAtMs: number,
  clock: Clock,
): FieldViolation[] {
  return [
    checkRequestId(requestId),
    policy === "" ? { field: "policy", description: "is required: the id of the policy that decides" } : undefined,
    checkTime("occurred_at", occurredAtMs, clock),
  ].filter((violation) => violation !== undefined);
}

/** The engine answers a little before the caller stops waiting: an answer on the way is no answer. */
function deadlineOf({ arrivedMs, deadlineMs }: Pick<DecideCall, "arrivedMs" | "deadlineMs">, policyMs: number): number {
  const own = arrivedMs + policyMs;
  if (deadlineMs === undefined) return own;
  const margin = Math.min(10, Math.max(1, (deadlineMs - arrivedMs) * 0.1));
  return Math.min(own, deadlineMs - margin);
}

import type { ServerUnaryCall } from "@grpc/grpc-js";
import type { Decide } from "../decide/decide.ts";
import type { Clock } from "../domain/clock.ts";
import { attributesFromWire, timeFromWire } from "./from-wire.ts";
import type { DecideRequest__Output } from "./generated/verdict/v1/DecideRequest.ts";
import type { DecideResponse } from "./generated/verdict/v1/DecideResponse.ts";
import { decisionToWire } from "./to-wire.ts";
import { traceIdentity } from "./trace-context.ts";

export type UnaryHandler<Request, Response> = (call: ServerUnaryCall<Request, Response>) => Promise<Response>;

/** `DecisionService.Decide`: translates; deciding is elsewhere. */
export function decideHandler(decide: Decide, clock: Clock): UnaryHandler<DecideRequest__Output, DecideResponse> {
  return async (call) => {
    const arrivedMs = clock.monotonic();
    const { request } = call;
    const decision = await decide(
      {
        requestId: request.request_id,
        policy: request.policy,
        event: attributesFromWire(request.event),
        occurredAtMs: timeFromWire(request.occurred_at),
        explain: request.explain,
        dryRun: request.dry_run,
        annotations: request.annotations,
      },
      { arrivedMs, deadlineMs: deadlineOf(call, clock, arrivedMs), trace: traceIdentity(call.metadata) },
    );
    return decisionToWire(decision);
  };
}

/** The caller's deadline on the monotonic clock. */
function deadlineOf(call: ServerUnaryCall<unknown, unknown>, clock: Clock, arrivedMs: number): number | undefined {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? arrivedMs + (deadline - clock.now()) : undefined;
}

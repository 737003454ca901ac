import type { Counted } from "../domain/aggregate.ts";
import type { DecideRequest } from "../domain/decision.ts";
import type { FieldViolation } from "../domain/errors.ts";
import type { Json } from "../domain/event.ts";
import { Gathering } from "../features/fetch.ts";
import { admit } from "./admit.ts";
import { countEvent } from "./count.ts";
import type { DecideParts } from "./decide.ts";
import { checkRequestId, checkTime, refused } from "./fields.ts";

/** What the engine learns besides the events it decides. */
export interface Feedback {
  /** Counts an event that was never decided here. @throws {VerdictError} as deciding it would. */
  recordEvent(event: Pick<DecideRequest, "requestId" | "policy" | "event" | "occurredAtMs">): Promise<Counted>;
  /** Brings later truth to an event. @throws {VerdictError} BAD_REQUEST. */
  reportLabel(label: {
    readonly requestId: string;
    readonly label: Json | undefined;
    readonly reportedAtMs: number | undefined;
  }): Promise<Counted>;
}

/** Only expressions over the event are run, and nothing goes out. */
function noSpan(): never {
  throw new Error("nothing goes out with an event that is only counted");
}

export function createFeedback(parts: DecideParts): Feedback {
  return {
    async recordEvent(request) {
      const now = parts.clock.monotonic();
      const { compiled, event, context } = admit(
        request,
        { arrivedMs: now, deadlineMs: undefined },
        parts.bundles.current(),
        parts,
      );
      const call = {
        event,
        include: () => false,
        deadlineMs: Number.POSITIVE_INFINITY,
        clock: parts.clock,
        pace: compiled.pace,
        outgoing: noSpan,
        onLate: () => {},
      };
      await new Gathering(compiled.plan, context, call).until(compiled.eventNodes);
      return await countEvent(compiled, event, context, parts.aggregates);
    },
    async reportLabel({ requestId, label, reportedAtMs }) {
      const time = reportedAtMs ?? parts.clock.now();
      const value = truthOf(label);
      const checks = [
        checkRequestId(requestId),
        typeof value === "number" ? undefined : value,
        checkTime("reported_at", time, parts.clock),
      ];
      const violations = checks.filter((violation) => violation !== undefined);
      if (violations.length > 0 || typeof value !== "number") throw refused("BAD_REQUEST", violations);
      return await parts.aggregates.label({ requestId, value, reportedAtMs: time });
    },
  };
}

function truthOf(label: Json | undefined): number | FieldViolation {
  if (typeof label === "boolean") return label ? 1 : 0;
  if (typeof label === "number" && Number.isFinite(label)) return label;
  return { field: "label", description: "must be a boolean or a finite number" };
}

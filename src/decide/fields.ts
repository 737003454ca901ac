import type { Clock } from "../domain/clock.ts";
import { type FieldViolation, VerdictError } from "../domain/errors.ts";

const maxRequestIdBytes = 128;
const earliestMs = Date.UTC(2000, 0, 1);
/** Clocks differ a little; an event of the day after tomorrow would age everything else out of the aggregates. */
const maxAheadMs = 86_400_000;

export function checkRequestId(requestId: string): FieldViolation | undefined {
  const field = "request_id";
  const bytes = Buffer.byteLength(requestId);
  if (bytes === 0) return { field, description: "is required: a key that is the same when the request is retried" };
  return bytes > maxRequestIdBytes
    ? { field, description: `has ${bytes} bytes, at most ${maxRequestIdBytes} are allowed` }
    : undefined;
}

/** @param timeMs milliseconds since the epoch; NaN for a timestamp that is malformed. */
export function checkTime(field: string, timeMs: number, clock: Clock): FieldViolation | undefined {
  if (timeMs >= earliestMs && timeMs <= clock.now() + maxAheadMs) return undefined;
  return { field, description: "must be a valid time between 2000-01-01 and a day from now" };
}

/** All violations in one error. */
export function refused(reason: "BAD_REQUEST" | "BAD_EVENT", violations: readonly FieldViolation[]): VerdictError {
  return new VerdictError(
    reason,
    violations.map(({ field, description }) => `${field} ${description}`).join("; "),
    violations,
  );
}

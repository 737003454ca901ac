/** The reasons Verdict gives for refusing a request (`google.rpc.ErrorInfo.reason`), each with the status it travels under. */
export const errorStatus = {
  BAD_REQUEST: "INVALID_ARGUMENT",
  BAD_EVENT: "INVALID_ARGUMENT",
  UNKNOWN_POLICY: "NOT_FOUND",
  OVERLOADED: "RESOURCE_EXHAUSTED",
  DRAINING: "UNAVAILABLE",
  INTERNAL: "INTERNAL",
} as const;

export type ErrorReason = keyof typeof errorStatus;

/** One field that is wrong. */
export interface FieldViolation {
  /** As in google.rpc.BadRequest: `event.amount`, `request_id`. */
  readonly field: string;
  /** What is wrong and how to mend it. */
  readonly description: string;
}

/** The one error that may reach a caller; anything else becomes INTERNAL without its message. */
export class VerdictError extends Error {
  override readonly name = "VerdictError";
  readonly reason: ErrorReason;
  readonly violations: readonly FieldViolation[];

  constructor(reason: ErrorReason, message: string, violations: readonly FieldViolation[] = []) {
    super(message);
    this.reason = reason;
    this.violations = violations;
  }
}

import { type Metadata, type ServiceError as RawServiceError, status } from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { FieldViolation } from "../domain/errors.ts";
import type { BadRequest__Output } from "../server/generated/google/rpc/BadRequest.ts";
import type { ErrorInfo__Output } from "../server/generated/google/rpc/ErrorInfo.ts";
import type { Status__Output } from "../server/generated/google/rpc/Status.ts";
import { protos } from "../server/protos.ts";

/** What went wrong with a call, as plain data. */
export interface Failure {
  /** The name of the gRPC status: `NOT_FOUND`. */
  readonly code: string;
  /** `google.rpc.ErrorInfo.reason`: `UNKNOWN_POLICY`; empty if the error did not come from Verdict (a broken connection). */
  readonly reason: string;
  readonly message: string;
  /** From `google.rpc.BadRequest`: the fields that are wrong. */
  readonly violations: readonly FieldViolation[];
}

/** A call that failed; its cause is the error that grpc-js gave. */
export class ServiceError extends Error implements Failure {
  override readonly name = "ServiceError";
  readonly code: string;
  readonly reason: string;
  readonly violations: readonly FieldViolation[];

  constructor({ code, reason, message, violations }: Failure, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.reason = reason;
    this.violations = violations;
  }

  /** Any error of a call: one that did not come from gRPC is `UNKNOWN`. */
  static from(error: unknown): ServiceError {
    if (error instanceof ServiceError) return error;
    if (isRaw(error)) {
      const code = status[error.code] ?? "UNKNOWN";
      return new ServiceError({ ...detailsOf(error.metadata), code, message: error.details }, error);
    }
    const message = error instanceof Error ? error.message : String(error);
    return new ServiceError({ code: "UNKNOWN", reason: "", message, violations: [] }, error);
  }

  toJSON(): Failure {
    return { code: this.code, reason: this.reason, message: this.message, violations: this.violations };
  }
}

function isRaw(error: unknown): error is RawServiceError {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}

/** `google.rpc.Status` with its details, as https://google.aip.dev/193 sends it beside the status itself. */
function detailsOf(metadata: Metadata): Pick<Failure, "reason" | "violations"> {
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) return { reason: "", violations: [] };
  const { details } = decode<Status__Output>("google.rpc.Status", bytes);
  const find = <Message>(name: string): Message | undefined => {
    const any = details.find(({ type_url }) => type_url.endsWith(`/${name}`));
    return any && decode<Message>(name, any.value);
  };
  return {
    reason: find<ErrorInfo__Output>("google.rpc.ErrorInfo")?.reason ?? "",
    violations: find<BadRequest__Output>("google.rpc.BadRequest")?.field_violations ?? [],
  };
}

function decode<Message>(name: string, bytes: Buffer): Message {
  return (protos[name] as MessageTypeDefinition<object, Message>).deserialize(bytes);
}

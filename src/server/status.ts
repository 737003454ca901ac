import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { errorStatus, VerdictError } from "../domain/errors.ts";
import { protos } from "./protos.ts";

/** Where clients look for `google.rpc.Status` (https://google.aip.dev/193). */
const detailsKey = "grpc-status-details-bin";
const domain = "verdict";

/**
 * Any error as a gRPC status. A VerdictError keeps its message and carries ErrorInfo, and BadRequest for bad fields;
 * of anything else nothing but INTERNAL reaches the caller.
 */
export function toStatus(error: unknown): Partial<StatusObject> {
  const known = error instanceof VerdictError ? error : new VerdictError("INTERNAL", "internal error");
  const code = status[errorStatus[known.reason]];
  const metadata = new Metadata();
  metadata.set(detailsKey, encode("google.rpc.Status", { code, message: known.message, details: details(known) }));
  return { code, details: known.message, metadata };
}

function details({ reason, violations }: VerdictError): object[] {
  const info = any("google.rpc.ErrorInfo", { reason, domain });
  if (violations.length === 0) return [info];
  return [info, any("google.rpc.BadRequest", { field_violations: violations })];
}

function any(name: string, message: object): object {
  return { type_url: `type.googleapis.com/${name}`, value: encode(name, message) };
}

function encode(name: string, message: object): Buffer {
  return (protos[name] as MessageTypeDefinition<object, object>).serialize(message);
}

import { Client, credentials, type Metadata, type ServiceError as RawServiceError, status } from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { FieldViolation } from "../../src/domain/errors.ts";
import { protos } from "../../src/server/protos.ts";
import type { CleanUp } from "./clean-up.ts";

/** A refusal as it stands on the wire, decoded here and not by the client under test. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly reason?: string;
  readonly domain?: string;
  readonly violations?: readonly FieldViolation[];
}

/** Sends bytes as they are: the way to send what no client of ours would. */
export function rawClient(clean: CleanUp, address: string) {
  const client = new Client(address, credentials.createInsecure());
  clean.later(() => client.close());
  const same = (bytes: Buffer) => bytes;
  return (method: string, bytes: Buffer): Promise<Buffer | Refusal> =>
    new Promise((resolve) => {
      client.makeUnaryRequest(method, same, same, bytes, (error, answer) => {
        resolve(error === null ? answer! : refusalOf(error));
      });
    });
}

export function encode(message: string, value: object): Buffer {
  return (protos[message] as MessageTypeDefinition<object, object>).serialize(value);
}

function refusalOf({ code, details, metadata }: RawServiceError): Refusal {
  return { code: status[code], message: details, ...detailsOf(metadata) };
}

function detailsOf(metadata: Metadata): Partial<Refusal> {
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) return {};
  const wrapped = decode<{ code: number; details: { type_url: string; value: Buffer }[] }>("google.rpc.Status", bytes);
  const found: Record<string, unknown> = {};
  for (const { type_url, value } of wrapped.details) {
    const {
      field_violations: violations,
      reason,
      domain,
    } = decode<{
      field_violations?: FieldViolation[];
      reason?: string;
      domain?: string;
    }>(type_url.replace("type.googleapis.com/", ""), value);
    Object.assign(found, violations === undefined ? { reason, domain } : { violations });
  }
  return found;
}

function decode<Message>(name: string, bytes: Buffer): Message {
  return (protos[name] as MessageTypeDefinition<object, Message>).deserialize(bytes);
}

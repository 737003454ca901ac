import type { SourceKindDefinition } from "../../domain/source-kind.ts";
import { featuresIn } from "../template.ts";
import { checkRequest } from "./check-request.ts";
import { checkGrpcEntry, type GrpcEntry, grpcProperties, templatesOf } from "./entry.ts";
import type { UnaryMethod } from "./method.ts";
import { Misfit } from "./misfit.ts";
import { hasProto, methodOfProto } from "./proto-file.ts";
import { checkPath, compilePath } from "./response.ts";
import { grpcSource } from "./source.ts";

/** A service's gRPC method that answers one request with one response. */
export const grpcKind: SourceKindDefinition<GrpcEntry> = {
  kind: "grpc",
  description: "a service's gRPC method",
  properties: grpcProperties,
  pathDescription: "a path into the response: names of fields as in the proto, and indexes, `risk.scores[0]`",
  defaultTimeoutMs: 100,
  inputsOf: (entry) => featuresIn(templatesOf(entry)),
  check(_name, entry, { types, folder, report }) {
    checkGrpcEntry(entry, { report });
    try {
      const method = knownMethod(entry, folder);
      if (method !== undefined) checkRequest(method, entry.request ?? {}, types, report);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      report(["proto"], error.message, error.fix);
    }
  },
  checkPath(path, entry, { type, folder }) {
    try {
      const method = methodOrNothing(entry, folder);
      if (method === undefined) checkPath(path);
      else compilePath(method.output, path, type);
      return undefined;
    } catch (error) {
      if (error instanceof Misfit) return error;
      throw error;
    }
  },
  open: (name, entry, environment) => grpcSource(name, entry, grpcKind.inputsOf(entry), environment),
};

/** @returns undefined without a proto: the server will be asked. */
function knownMethod(entry: GrpcEntry, folder: string): UnaryMethod | undefined {
  return hasProto(entry) ? methodOfProto(entry, folder) : undefined;
}

/** A proto without the method is reported once, with its source. */
function methodOrNothing(entry: GrpcEntry, folder: string): UnaryMethod | undefined {
  try {
    return knownMethod(entry, folder);
  } catch {
    return undefined;
  }
}

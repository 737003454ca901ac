import type { OpenSource, SourceEnvironment } from "../../domain/source-kind.ts";
import { compileBody } from "../body.ts";
import { fillVariables, tlsOf } from "../credentials.ts";
import { borrowClient, type ConnectionSettings } from "./connection.ts";
import { type Describe, describeLater } from "./described.ts";
import type { GrpcEntry } from "./entry.ts";
import { prepareFetch } from "./fetch.ts";
import { type PreparedMetadata, prepareMetadata } from "./metadata.ts";
import { serviceOf } from "./method.ts";
import { grpcProbe } from "./probe.ts";
import { hasProto, methodOfProto } from "./proto-file.ts";
import { reflect } from "./reflection.ts";

const defaultMaxResponseBytes = 262_144;
/** Descriptions of services may be larger than their responses, and take longer: they are asked for once. */
const description = { maxResponseBytes: 16_777_216, timeoutMs: 5_000 };

/**
 * A source behind a unary gRPC method.
 * @param inputs the features whose values come as the key.
 * @throws if a variable is not set, a file cannot be read or the proto has no such method.
 */
export function grpcSource(
  name: string,
  entry: GrpcEntry,
  inputs: readonly string[],
  { variable, policiesDir }: Pick<SourceEnvironment, "variable" | "policiesDir">,
): OpenSource {
  const makeBody = compileBody(entry.request ?? {}, { features: inputs, variable });
  const metadata = prepareMetadata(entry, { features: inputs, variable });
  const settings = settingsOf(entry, variable);
  const describe = describerOf(entry, policiesDir, settings, metadata);
  const { client, giveBack } = borrowClient(settings);
  return {
    source: {
      name,
      kind: "grpc",
      prepare: (features) => prepareFetch(features, { client, describe, makeBody, makeMetadata: metadata.make }),
    },
    probe: grpcProbe({ ...settings, client, describe, metadata: metadata.fixed }),
    close: async () => giveBack(),
  };
}

/** Where an entry's server is, and how it is spoken to. @throws if a variable is not set or a file cannot be read. */
export function settingsOf(
  { address, tls, maxResponseBytes = defaultMaxResponseBytes }: Pick<GrpcEntry, "address" | "tls" | "maxResponseBytes">,
  variable: SourceEnvironment["variable"],
): ConnectionSettings {
  return {
    address: fillVariables(address, variable),
    tls: tls && tlsOf(tls === true ? {} : tls, variable),
    maxResponseBytes,
  };
}

function describerOf(
  entry: GrpcEntry,
  policiesDir: string,
  settings: ConnectionSettings,
  metadata: PreparedMetadata,
): Describe {
  if (hasProto(entry)) {
    const known = methodOfProto(entry, policiesDir);
    return () => known;
  }
  const { method } = entry;
  return describeLater(method, async () => {
    const { client, giveBack } = borrowClient({ ...settings, maxResponseBytes: description.maxResponseBytes });
    try {
      return await reflect(client, serviceOf(method), { metadata: metadata.fixed(), timeoutMs: description.timeoutMs });
    } finally {
      giveBack();
    }
  });
}

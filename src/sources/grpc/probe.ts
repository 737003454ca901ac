import type { Client, Metadata } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import type { Probe } from "../../domain/probe.ts";
import { RemoteError } from "../../domain/remote.ts";
import type { ConnectionSettings } from "./connection.ts";
import type { Describe } from "./described.ts";
import { asError, Misfit } from "./misfit.ts";
import { compilePath } from "./response.ts";
import { callUnary } from "./unary.ts";

interface ProbeParts extends Pick<ConnectionSettings, "address" | "tls"> {
  readonly client: Client;
  readonly describe: Describe;
  readonly metadata: () => Metadata;
}

/** The reply of grpc.health.v1: https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto */
const HealthReply = new protobuf.Type("HealthCheckResponse").add(new protobuf.Field("status", 1, "int32"));
const serving = 1;
/** For calls whose end is their signal. */
const longMs = 600_000;

/** Asks the server about its health, and for the method where the entry has no proto. */
export function grpcProbe({ client, describe, metadata, address, tls }: ProbeParts): Probe {
  return {
    place: tls === undefined ? address : `${address} (TLS)`,
    keepsConnection: true,
    async ask(features, signal) {
      const health = await checkHealth(client, metadata(), signal);
      const { path, output } = await describe(signal);
      return { detail: `${health}; ${path.slice(1)}`, warnings: misfitsOf(output, features) };
    },
  };
}

/** Each costs its own feature alone. */
function misfitsOf(output: protobuf.Type, features: Parameters<Probe["ask"]>[0]): string[] {
  return features.flatMap(({ path, type }) => {
    try {
      compilePath(output, path, type);
      return [];
    } catch (error) {
      if (error instanceof Misfit) return [asError(error).message];
      throw error;
    }
  });
}

async function checkHealth(client: Client, metadata: Metadata, signal: AbortSignal): Promise<string> {
  const deadlineMs = performance.now() + longMs;
  const call = { path: "/grpc.health.v1.Health/Check", request: Buffer.alloc(0), signal, deadlineMs };
  try {
    const reply = HealthReply.decode(await callUnary(client, { ...call, traceparent: undefined }, metadata));
    if ((reply as unknown as { readonly status: number }).status !== serving)
      throw new Error("the server says that it does not serve (health); see whether it is starting, and its log");
    return "serving";
  } catch (error) {
    // It answered, but offers no health service or knows of none as a whole.
    if (error instanceof RemoteError && ["UNIMPLEMENTED", "NOT_FOUND"].includes(error.code)) return "answers";
    throw error;
  }
}

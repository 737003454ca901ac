import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ChannelOptions,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import type { FeatureValue } from "../../../src/domain/feature.ts";
import type { Fetch, SourceAnswer } from "../../../src/domain/source.ts";
import type { SourceFeature } from "../../../src/domain/source-kind.ts";
import type { GrpcEntry } from "../../../src/sources/grpc/entry.ts";
import { grpcKind } from "../../../src/sources/grpc/kind.ts";
import type { CleanUp } from "../../support/clean-up.ts";

export const protosDir = fileURLToPath(new URL("protos", import.meta.url));

const definitions = loadSync("issuer.proto", {
  includeDirs: [protosDir],
  keepCase: true,
  longs: String,
  enums: String,
});

type Call = ServerUnaryCall<Record<string, unknown>, object>;
export type Handler = (call: Call, answer: sendUnaryData<object>) => void;

export interface ServerOptions {
  readonly credentials?: ServerCredentials;
  readonly reflection?: boolean;
  /** `host:port`; without it a free port. */
  readonly address?: string;
  readonly channel?: ChannelOptions;
}

export interface TestServer {
  readonly address: string;
  readonly server: Server;
  /** What was asked, in order. */
  readonly asked: {
    readonly request: Record<string, unknown>;
    readonly metadata: Metadata;
    readonly call: Call;
    readonly peer: string;
  }[];
}

/** A real server of `issuer.v1.Cards`: `Get` is answered by the handler, `Echo` gives the request back. */
export async function startServer(clean: CleanUp, get: Handler, options: ServerOptions = {}): Promise<TestServer> {
  const { credentials = ServerCredentials.createInsecure(), reflection = true, address = "127.0.0.1:0" } = options;
  const server = new Server(options.channel);
  const asked: TestServer["asked"] = [];
  const noting =
    (handler: Handler): Handler =>
    (call, answer) => {
      asked.push({ request: call.request, metadata: call.metadata, call, peer: call.getPeer() });
      handler(call, answer);
    };
  const { Get, Echo, Score } = definitions["issuer.v1.Cards"] as ServiceDefinition;
  server.addService({ Get, Echo, Score } as ServiceDefinition, {
    Get: noting(get),
    Echo: noting((call, answer) => answer(null, call.request)),
    Score: noting((_, answer) => answer(null, { value: 0.75 })),
  });
  if (reflection) new ReflectionService(definitions).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  clean.later(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, server, asked };
}

export const withProto = { proto: "issuer.proto" };
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

export interface Opened {
  fetch(key?: readonly FeatureValue[], more?: { signal?: AbortSignal; forMs?: number }): Promise<SourceAnswer>;
  readonly prepared: Fetch;
  close(): Promise<void>;
}

/** Opens a source as an engine does, and prepares a fetch of the features. */
export function openSource(
  clean: CleanUp,
  entry: Partial<GrpcEntry> & Pick<GrpcEntry, "address">,
  features: readonly SourceFeature[],
  variables: Readonly<Record<string, string>> = {},
): Opened {
  const whole: GrpcEntry = { kind: "grpc", method: "issuer.v1.Cards/Get", request: { card_id: "{card_id}" }, ...entry };
  const { source, close } = grpcKind.open("cards", whole, {
    dataDir: "",
    policiesDir: protosDir,
    onProblem: () => {},
    variable(name) {
      const value = variables[name];
      if (value === undefined) throw new Error(`the variable ${name} is not set`);
      return value;
    },
  });
  clean.later(close);
  const prepared = source.prepare(features);
  return {
    prepared,
    close,
    async fetch(key = ["c1"], { signal = AbortSignal.timeout(10_000), forMs = 10_000 } = {}) {
      return await prepared({
        key,
        event: { requestId: "r", occurredAtMs: 0, attributes: {} },
        include: false,
        signal,
        deadlineMs: performance.now() + forMs,
        traceparent,
      });
    },
  };
}

export function protoPath(...names: readonly string[]): string {
  return path.join(protosDir, ...names);
}

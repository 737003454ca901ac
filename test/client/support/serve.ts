import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ServiceDefinition } from "@grpc/proto-loader";
import { HealthImplementation } from "grpc-health-check";
import type { DecisionServiceHandlers } from "../../../src/server/generated/verdict/v1/DecisionService.ts";
import type { FeedbackServiceHandlers } from "../../../src/server/generated/verdict/v1/FeedbackService.ts";
import { protos } from "../../../src/server/protos.ts";

export type Handlers = Partial<Pick<DecisionServiceHandlers, "Decide">> &
  Partial<Pick<FeedbackServiceHandlers, "RecordEvents" | "ReportLabels">>;

export interface Serving {
  readonly address: string;
  readonly health: HealthImplementation;
  stop(): void;
}

/** A real gRPC server with the given handlers on a free port of this host. */
export async function serve(handlers: Handlers): Promise<Serving> {
  const server = new Server();
  const health = new HealthImplementation({ "": "SERVING" });
  for (const name of ["verdict.v1.DecisionService", "verdict.v1.FeedbackService"]) {
    server.addService(protos[name] as ServiceDefinition, handlers as UntypedServiceImplementation);
  }
  health.addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { address: `127.0.0.1:${port}`, health, stop: () => server.forceShutdown() };
}

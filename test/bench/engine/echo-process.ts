import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import type { ProtoGrpcType } from "../../../src/server/generated/decision.ts";
import type { DecideRequest__Output } from "../../../src/server/generated/verdict/v1/DecideRequest.ts";
import type { DecideResponse } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { protos } from "../../../src/server/protos.ts";

/** A bare grpc-js server that answers every Decide with the response it was given by its parent: what gRPC alone costs. */
process.once("message", (response: DecideResponse) => {
  const { verdict } = loadPackageDefinition(protos) as unknown as ProtoGrpcType;
  const server = new Server();
  server.addService(verdict.v1.DecisionService.service, {
    Decide: (call: ServerUnaryCall<DecideRequest__Output, DecideResponse>, answer: sendUnaryData<DecideResponse>) =>
      answer(null, { ...response, request_id: call.request.request_id }),
  });
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_error, port) => process.send?.({ port }));
});
process.once("disconnect", () => process.exit());

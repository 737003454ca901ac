import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { loadSync, type MethodDefinition, type ServiceDefinition } from "@grpc/proto-loader";
import { serveAsChild } from "../faults/serve-as-child.ts";
import { isWrong, numberOf, riskOf } from "./people.ts";
import { protosDir } from "./protos.ts";

const protos = loadSync("risk.proto", { includeDirs: [protosDir], keepCase: true });
const { Get } = protos["stage.v1.Risks"] as ServiceDefinition & { Get: MethodDefinition<object, object> };

type Call = ServerUnaryCall<{ person: string }, object>;
type Answer = sendUnaryData<object>;

/** A service that says a person's risk over gRPC. */
void serveAsChild(async (port) => {
  const server = new Server();
  // What is bytes already goes out as it is.
  const responseSerialize = (value: object) => (Buffer.isBuffer(value) ? value : Get.responseSerialize(value));
  server.addService(
    { Get: { ...Get, responseSerialize } },
    {
      Get({ request: { person } }: Call, answer: Answer) {
        if (isWrong(person, "grpc")) return wrongly[numberOf(person) % wrongly.length]!(answer);
        answer(null, { risk: riskOf(person) });
      },
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
});

const bytes = (hex: string) => (answer: Answer) => answer(null, Buffer.from(hex, "hex"));

const wrongly: readonly ((answer: Answer) => void)[] = [
  (answer) => answer({ code: status.INTERNAL, details: "boom" }),
  (answer) => answer({ code: status.DATA_LOSS, details: "boom" }),
  bytes("ffffffffffffffffffffff"), // no protobuf
  bytes("0a0568656c6c6f"), // field 1 as a text
  bytes("09000000"), // field 1, cut off
  bytes("0d0000803f"), // field 1 as a float
  bytes("09000000000000f87f"), // field 1, not a number
];

import { fileURLToPath } from "node:url";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { CleanUp } from "./clean-up.ts";

const includeDirs = [fileURLToPath(new URL("../../proto", import.meta.url))];
const protos = loadSync("inference/inference.proto", { includeDirs, keepCase: true, longs: Number, defaults: true });

interface InputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly contents: Readonly<Record<string, readonly unknown[]>> | null;
}

/** As the protocol has it. */
export interface Inference {
  readonly model_name: string;
  readonly model_version: string;
  readonly inputs: readonly InputTensor[];
  readonly outputs: readonly { readonly name: string }[];
  readonly raw_input_contents: readonly Buffer[];
}

type InferCall = ServerUnaryCall<Inference, object>;
export type Infer = (call: InferCall, answer: sendUnaryData<object>) => void;

/**
 * A real server of the Open Inference Protocol, without a model yet.
 * @param options `ready`: models that it says are ready; without them it offers scoring alone. `address`: by default a free port.
 * @returns its `host:port`.
 */
export async function startInferenceServer(
  clean: CleanUp,
  infer: Infer,
  { ready, address = "127.0.0.1:0" }: { readonly ready?: readonly string[]; readonly address?: string } = {},
): Promise<string> {
  const server = new Server();
  const { ModelInfer, ModelReady, ServerMetadata } = protos["inference.GRPCInferenceService"] as ServiceDefinition;
  // What is bytes already goes out as it is.
  const serialize = (value: object) => (Buffer.isBuffer(value) ? value : ModelInfer!.responseSerialize(value));
  server.addService({ ModelInfer: { ...ModelInfer!, responseSerialize: serialize } }, { ModelInfer: infer });
  if (ready !== undefined)
    server.addService({ ModelReady, ServerMetadata } as ServiceDefinition, {
      ModelReady: (call: ServerUnaryCall<{ name: string }, object>, answer: sendUnaryData<object>) =>
        answer(null, { ready: ready.includes(call.request.name) }),
      ServerMetadata: (_: unknown, answer: sendUnaryData<object>) =>
        answer(null, { name: "test-server", version: "1.2" }),
    });
  clean.later(() => server.forceShutdown());
  return await new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
    );
  });
}

/**
 * Serves an ONNX graph that takes one float32 tensor.
 * @param respond whether outputs go back in typed or in raw contents.
 */
export async function serveGraph(clean: CleanUp, graph: Uint8Array, respond: "typed" | "raw"): Promise<Infer> {
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  clean.later(() => session.release());
  return async ({ request }, answer) => {
    const { inputs, outputs, raw_input_contents: raw } = request;
    const [input] = inputs as [InputTensor];
    const values = raw[0] === undefined ? (input.contents?.fp32_contents as number[]) : floatsOf(raw[0]);
    const feeds = { [input.name]: new Tensor("float32", Float32Array.from(values), input.shape) };
    const results = await session.run(
      feeds,
      outputs.map(({ name }) => name),
    );
    const found = outputs.map(({ name }) => {
      const { data, dims } = results[name] as { data: Float32Array; dims: readonly number[] };
      return { name, datatype: "FP32", shape: dims, data };
    });
    answer(null, {
      model_name: request.model_name,
      model_version: request.model_version,
      outputs: found.map(({ data, ...output }) => ({
        ...output,
        ...(respond === "typed" ? { contents: { fp32_contents: [...data] } } : {}),
      })),
      raw_output_contents:
        respond === "raw" ? found.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)) : [],
    });
  };
}

function floatsOf(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}

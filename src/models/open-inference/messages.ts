import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

/** The Open Inference Protocol's `ModelInfer`: https://github.com/kserve/open-inference-protocol. */

const file = fileURLToPath(new URL("../../../proto/inference/inference.proto", import.meta.url));
const root = new protobuf.Root().loadSync(file, { keepCase: true });
const Request = root.lookupType("inference.ModelInferRequest");
const Response = root.lookupType("inference.ModelInferResponse");

export const inferPath = "/inference.GRPCInferenceService/ModelInfer";

/** By their names in the proto; which one holds the values follows from the datatype. */
export interface TensorContents {
  readonly bool_contents?: readonly boolean[];
  readonly int_contents?: readonly number[];
  readonly int64_contents?: readonly unknown[];
  readonly uint_contents?: readonly number[];
  readonly uint64_contents?: readonly unknown[];
  readonly fp32_contents?: readonly number[];
  readonly fp64_contents?: readonly number[];
  readonly bytes_contents?: readonly Uint8Array[];
}

export interface InferRequest {
  readonly model_name: string;
  readonly model_version: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
    readonly contents?: TensorContents;
  }[];
  readonly outputs: readonly { readonly name: string }[];
  readonly raw_input_contents?: readonly Uint8Array[];
}

export interface InferResponse {
  readonly outputs: readonly {
    readonly name: string;
    readonly datatype: string;
    /** Numbers, or objects of 64-bit integers. */
    readonly shape: readonly unknown[];
    readonly contents?: TensorContents;
  }[];
  readonly raw_output_contents: readonly Uint8Array[];
}

export function encodeRequest(request: InferRequest): Uint8Array {
  return Request.encode(request).finish();
}

/** @throws if the bytes are no response. */
export function decodeResponse(bytes: Uint8Array): InferResponse {
  return Response.decode(bytes) as unknown as InferResponse;
}

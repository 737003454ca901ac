import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

/** Parts of the Open Inference Protocol: https://github.com/kserve/open-inference-protocol. */

const file = fileURLToPath(new URL("../../../proto/inference/inference.proto", import.meta.url));
const root = new protobuf.Root().loadSync(file, { keepCase: true });
const Request = root.lookupType("inference.ModelInferRequest");
const Response = root.lookupType("inference.ModelInferResponse");
const ReadyRequest = root.lookupType("inference.ModelReadyRequest");
const ReadyResponse = root.lookupType("inference.ModelReadyResponse");
const MetadataResponse = root.lookupType("inference.ServerMetadataResponse");

export const inferPath = "/inference.GRPCInferenceService/ModelInfer";
export const readyPath = "/inference.GRPCInferenceService/ModelReady";
export const metadataPath = "/inference.GRPCInferenceService/ServerMetadata";

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
  try {
    return Response.decode(bytes) as unknown as InferResponse;
  } catch (error) {
    const message =
      "the answer is no response of the Open Inference Protocol; check that the address is a model server's";
    throw new Error(message, { cause: error });
  }
}

/** @param version empty: the server's choice. */
export function encodeReadyRequest(name: string, version: string): Uint8Array {
  return ReadyRequest.encode({ name, version }).finish();
}

/** @throws if the bytes are no response; so does the next. */
export function decodeReady(bytes: Uint8Array): boolean {
  return (ReadyResponse.decode(bytes) as unknown as { readonly ready: boolean }).ready;
}

/** The server's own name and version. */
export function decodeMetadata(bytes: Uint8Array): { readonly name: string; readonly version: string } {
  return MetadataResponse.decode(bytes) as unknown as { readonly name: string; readonly version: string };
}

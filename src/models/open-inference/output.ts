import type { InferResponse, TensorContents } from "./messages.ts";

/** How a number of a datatype lies in raw contents, and in which field its typed contents are. */
interface Layout {
  readonly bytes: number;
  readonly read: (bytes: Buffer, offset: number) => number | bigint;
  readonly field: keyof TensorContents;
}

const layouts: Readonly<Record<string, Layout>> = {
  BOOL: { bytes: 1, read: (bytes, at) => bytes.readUInt8(at), field: "bool_contents" },
  INT8: { bytes: 1, read: (bytes, at) => bytes.readInt8(at), field: "int_contents" },
  INT16: { bytes: 2, read: (bytes, at) => bytes.readInt16LE(at), field: "int_contents" },
  INT32: { bytes: 4, read: (bytes, at) => bytes.readInt32LE(at), field: "int_contents" },
  INT64: { bytes: 8, read: (bytes, at) => bytes.readBigInt64LE(at), field: "int64_contents" },
  UINT8: { bytes: 1, read: (bytes, at) => bytes.readUInt8(at), field: "uint_contents" },
  UINT16: { bytes: 2, read: (bytes, at) => bytes.readUInt16LE(at), field: "uint_contents" },
  UINT32: { bytes: 4, read: (bytes, at) => bytes.readUInt32LE(at), field: "uint_contents" },
  UINT64: { bytes: 8, read: (bytes, at) => bytes.readBigUInt64LE(at), field: "uint64_contents" },
  FP32: { bytes: 4, read: (bytes, at) => bytes.readFloatLE(at), field: "fp32_contents" },
  FP64: { bytes: 8, read: (bytes, at) => bytes.readDoubleLE(at), field: "fp64_contents" },
};

/**
 * One number of one output, from raw or typed contents.
 * @throws saying what came instead.
 */
export function readNumber(
  { outputs, raw_output_contents: raw }: InferResponse,
  { tensor, index }: { readonly tensor: string; readonly index: number },
): number {
  const at = outputs.findIndex(({ name }) => name === tensor);
  const output = outputs[at];
  if (output === undefined) {
    const names = outputs.map(({ name }) => name).join(", ");
    throw new Error(`the model has no output "${tensor}"; it gives ${names || "none"}; correct output.tensor`);
  }
  const { datatype, shape, contents } = output;
  const layout = layouts[datatype];
  if (layout === undefined)
    throw new Error(`output ${tensor} is of datatype ${datatype}, which cannot be read; export it as FP32 or FP64`);
  const values = contents?.[layout.field];
  const count = raw.length > 0 ? (raw[at]?.length ?? 0) / layout.bytes : (values?.length ?? 0);
  if (count !== shape.reduce((product: number, size) => product * Number(size), 1))
    throw new Error(
      `output ${tensor} has the shape [${shape.join(", ")}], but ${count} values; correct the model's server`,
    );
  const value = raw.length > 0 ? rawAt(layout, raw[at], index) : values?.[index];
  const number = Number(value ?? Number.NaN);
  if (!Number.isFinite(number)) throw new Error(`output ${tensor}[${index}] is not a finite number`);
  return number;
}

function rawAt({ bytes, read }: Layout, raw: Uint8Array | undefined, index: number): number | bigint | undefined {
  if (raw === undefined || raw.length < (index + 1) * bytes) return undefined;
  return read(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), index * bytes);
}

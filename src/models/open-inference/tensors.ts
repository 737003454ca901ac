import type { Fetched } from "../../domain/feature.ts";
import { adapt, inputValue } from "../adapt.ts";
import type { RemoteManifest } from "../manifest-schema.ts";
import type { TensorContents } from "./messages.ts";

type Input = RemoteManifest["inputs"][number];
export type Datatype = NonNullable<Input["datatype"]>;

export interface InputTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number | boolean | string>;
}

const usual: Readonly<Record<Input["type"], Datatype>> = {
  double: "FP64",
  integer: "INT64",
  boolean: "BOOL",
  string: "BYTES",
};

/** The datatype of an input that is a tensor of its own. */
export function datatypeOf({ type, datatype }: Pick<Input, "type" | "datatype">): Datatype {
  return datatype ?? usual[type];
}

/**
 * One row of features as the tensors that the manifest describes: one of all inputs, or one for each.
 * @returns the name of an input that is missing and that the model refuses to do without.
 * @throws if a value does not fit its tensor.
 */
export function toTensors({ tensor, inputs }: RemoteManifest, values: readonly Fetched[]): InputTensor[] | string {
  if (tensor !== undefined) {
    const isSingle = tensor.type === "float32";
    const row = isSingle ? new Float32Array(inputs.length) : new Float64Array(inputs.length);
    const refused = adapt(inputs, values, row);
    if (refused !== undefined) return refused;
    return [{ name: tensor.name, datatype: isSingle ? "FP32" : "FP64", shape: [1, inputs.length], values: row }];
  }
  const tensors: InputTensor[] = [];
  for (const [at, input] of inputs.entries()) {
    const value = inputValue(input, values[at]);
    if (value === undefined) return input.name;
    const datatype = datatypeOf(input);
    tensors.push({
      name: input.tensor ?? input.name,
      datatype,
      shape: [1, 1],
      values: [convert(value, datatype, input)],
    });
  }
  return tensors;
}

function convert(value: number | boolean | string, datatype: Datatype, { name }: Input): number | boolean | string {
  if (datatype === "BYTES") return String(value);
  const number = Number(value);
  if (datatype === "BOOL") return number !== 0;
  if (datatype === "INT64" && !Number.isSafeInteger(number)) throw new TypeError(`input ${name} is no whole number`);
  return number;
}

/** Values in the field that the protocol has for their type. */
export function toContents({ datatype, values }: InputTensor): TensorContents {
  switch (datatype) {
    case "FP32":
      return { fp32_contents: Array.from(values as ArrayLike<number>) };
    case "FP64":
      return { fp64_contents: Array.from(values as ArrayLike<number>) };
    case "INT64":
      return { int64_contents: Array.from(values) };
    case "BOOL":
      return { bool_contents: Array.from(values as ArrayLike<boolean>) };
    case "BYTES":
      return { bytes_contents: Array.from(values, (text) => Buffer.from(text as string)) };
  }
}

/** Values one after the other, little-endian; texts each after their length. */
export function toRaw({ datatype, values }: InputTensor): Uint8Array {
  return Buffer.concat(Array.from(values, (value) => rawValue(datatype, value)));
}

function rawValue(datatype: Datatype, value: number | boolean | string): Buffer {
  if (datatype === "BYTES") {
    const text = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, text]);
  }
  if (datatype === "BOOL") return Buffer.from([value === true ? 1 : 0]);
  const bytes = Buffer.alloc(datatype === "FP32" ? 4 : 8);
  if (datatype === "FP32") bytes.writeFloatLE(value as number);
  else if (datatype === "FP64") bytes.writeDoubleLE(value as number);
  else bytes.writeBigInt64LE(BigInt(value as number));
  return bytes;
}

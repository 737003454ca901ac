import protobuf from "protobufjs";
import { type FeatureType, type Fetched, hasType, Missing } from "../../domain/feature.ts";
import { parseIsoTimestamp } from "../../domain/timestamp.ts";

/** Makes a feature of the decoded value of a field that holds a single value. */
export type ReadLeaf = (value: unknown) => Fetched;

/**
 * How a field's values become features of a type; undefined if they never can. 64-bit integers are exact: what a number
 * cannot hold is an error, and whole for features of type string. Enums are their names, or their numbers for features of type
 * integer. Timestamps may be milliseconds or ISO 8601 texts.
 */
export function readLeaf({ type, resolvedType }: protobuf.Field, wanted: FeatureType): ReadLeaf | undefined {
  if (resolvedType instanceof protobuf.Enum) {
    if (wanted === "integer") return typed("integer");
    return wanted === "string" ? (value) => resolvedType.valuesById[value as number] ?? Missing.error : undefined;
  }
  switch (type) {
    case "string":
      if (wanted === "timestamp") return (text) => parseIsoTimestamp(text as string) ?? Missing.error;
      return wanted === "string" ? typed("string") : undefined;
    case "bytes":
      return wanted === "string" ? (bytes) => textOf(bytes as Uint8Array) : undefined;
    case "bool":
      return wanted === "boolean" ? typed("boolean") : undefined;
    case "int64":
    case "uint64":
    case "sint64":
    case "fixed64":
    case "sfixed64":
      if (wanted === "string") return (value) => String(value);
      return wanted === "boolean" ? undefined : (value) => exact(Number(value));
    default:
      return wanted === "string" || wanted === "boolean" ? undefined : typed(wanted);
  }
}

function typed(wanted: FeatureType): ReadLeaf {
  return (value) => (hasType(value, wanted) ? value : Missing.error);
}

function exact(value: number): Fetched {
  return Number.isSafeInteger(value) ? value : Missing.error;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Bytes are taken as UTF-8, and are no feature otherwise. */
function textOf(bytes: Uint8Array): Fetched {
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return Missing.error;
  }
}

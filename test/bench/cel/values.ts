import type { TypeJson, ValueJson } from "./conformance-test.ts";

/** A value with its CEL type, as a text that is the same for equal values, such as `int 1` or `list [double 1.5]`. */
export type Shown = string;

export const show = {
  int: (value: bigint): Shown => `int ${value}`,
  uint: (value: bigint): Shown => `uint ${value}`,
  double: (value: number): Shown => `double ${value}`,
  string: (value: string): Shown => `string ${JSON.stringify(value)}`,
  bytes: (value: Uint8Array): Shown => `bytes ${Buffer.from(value).toString("hex")}`,
  bool: (value: boolean): Shown => `bool ${value}`,
  null: (): Shown => "null",
  list: (values: readonly Shown[]): Shown => `list [${values.join(", ")}]`,
  /** @param entries keys and values; a map has no order. */
  map: (entries: readonly (readonly [Shown, Shown])[]): Shown =>
    `map {${entries
      .map(([key, value]) => `${key}: ${value}`)
      .sort()
      .join(", ")}}`,
  type: (name: string): Shown => `type ${name}`,
  timestamp: (seconds: bigint, nanos: number): Shown => `timestamp ${seconds} s ${nanos} ns`,
  duration: (seconds: bigint, nanos: number): Shown => `duration ${seconds} s ${nanos} ns`,
};

/** What a test expects. */
export function showExpected(value: ValueJson): Shown {
  if (value.int64Value !== undefined) return show.int(BigInt(value.int64Value));
  if (value.uint64Value !== undefined) return show.uint(BigInt(value.uint64Value));
  if (value.doubleValue !== undefined) return show.double(Number(value.doubleValue));
  if (value.stringValue !== undefined) return show.string(value.stringValue);
  if (value.bytesValue !== undefined) return show.bytes(Buffer.from(value.bytesValue, "base64"));
  if (value.boolValue !== undefined) return show.bool(value.boolValue);
  if (value.listValue !== undefined) return show.list((value.listValue.values ?? []).map(showExpected));
  if (value.mapValue !== undefined)
    return show.map(
      (value.mapValue.entries ?? []).map((entry) => [showExpected(entry.key), showExpected(entry.value)]),
    );
  if (value.typeValue !== undefined) return show.type(value.typeValue);
  if (value.objectValue !== undefined) return showMessage(value.objectValue);
  return show.null();
}

function showMessage({ "@type": type, value }: NonNullable<ValueJson["objectValue"]>): Shown {
  const [, whole, fraction = ""] = /^(.*?)(?:\.(\d+))?[sZ]$/.exec(value)!;
  const nanos = Number(fraction.padEnd(9, "0"));
  if (type.endsWith("Timestamp")) return show.timestamp(BigInt(Date.parse(`${whole}Z`) / 1000), nanos);
  return show.duration(BigInt(whole!), whole!.startsWith("-") ? -nanos : nanos);
}

/** An expression for a value: what is bound to a variable is made by the library itself. */
export function literal(value: ValueJson): string {
  if (value.int64Value !== undefined) return value.int64Value;
  if (value.uint64Value !== undefined) return `${value.uint64Value}u`;
  if (value.doubleValue !== undefined) return doubleLiteral(value.doubleValue);
  if (value.stringValue !== undefined) return JSON.stringify(value.stringValue);
  if (value.bytesValue !== undefined)
    return `b"${Buffer.from(value.bytesValue, "base64").toString("hex").replace(/../g, "\\x$&")}"`;
  if (value.boolValue !== undefined) return `${value.boolValue}`;
  if (value.listValue !== undefined) return `[${(value.listValue.values ?? []).map(literal).join(", ")}]`;
  if (value.mapValue !== undefined)
    return `{${(value.mapValue.entries ?? []).map((entry) => `${literal(entry.key)}: ${literal(entry.value)}`).join(", ")}}`;
  if (value.typeValue !== undefined) return value.typeValue;
  if (value.objectValue !== undefined) {
    const name = value.objectValue["@type"].endsWith("Timestamp") ? "timestamp" : "duration";
    return `${name}(${JSON.stringify(value.objectValue.value)})`;
  }
  return "null";
}

function doubleLiteral(value: number | string): string {
  if (typeof value === "string") return `double("${value}")`;
  const text = `${value}`;
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const primitives = { BOOL: "bool", INT64: "int", UINT64: "uint", DOUBLE: "double", STRING: "string", BYTES: "bytes" };
const wellKnown = { TIMESTAMP: "google.protobuf.Timestamp", DURATION: "google.protobuf.Duration" };

/** A type as `list<int>` or `map<string, dyn>`. */
export function typeName(type: TypeJson): string {
  if (type.primitive !== undefined) return primitives[type.primitive];
  if (type.wellKnown !== undefined) return wellKnown[type.wellKnown];
  if (type.messageType !== undefined) return type.messageType;
  if (type.listType !== undefined) return `list<${typeName(type.listType.elemType)}>`;
  if (type.mapType !== undefined) return `map<${typeName(type.mapType.keyType)}, ${typeName(type.mapType.valueType)}>`;
  return type.dyn === undefined ? "null" : "dyn";
}

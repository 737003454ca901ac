import type protobuf from "protobufjs";
import type { Json } from "../../domain/event.ts";

/** Types of `google/protobuf` that stand for plain values: https://protobuf.dev/reference/protobuf/google.protobuf. */

const prefix = ".google.protobuf.";
const wrappers = ["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"];
const wrapperNames = new Set(wrappers.map((name) => `${prefix}${name}Value`));

/** The field of a wrapper such as `google.protobuf.StringValue` that holds its value; undefined if it is none. */
export function wrapped(type: protobuf.Type): protobuf.Field | undefined {
  return wrapperNames.has(type.fullName) ? type.fields.value : undefined;
}

export function isTimestamp({ fullName }: protobuf.Type): boolean {
  return fullName === `${prefix}Timestamp`;
}

/** A decoded `google.protobuf.Timestamp`, cut to whole milliseconds since the Unix epoch. */
export function fromTimestamp({ seconds, nanos }: { seconds: unknown; nanos: number }): number {
  return Number(seconds) * 1000 + Math.floor(nanos / 1e6);
}

/** @param ms since the Unix epoch. */
export function toTimestamp(ms: number): object {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1e6 };
}

/** Whether it stands for JSON: `Value`, `Struct`, `ListValue`. */
export function isJson(type: protobuf.Type): boolean {
  return shapeOf(type) !== undefined;
}

function shapeOf({ fullName }: protobuf.Type): "Value" | "Struct" | "ListValue" | undefined {
  const name = fullName.slice(prefix.length);
  if (!fullName.startsWith(prefix)) return undefined;
  return name === "Value" || name === "Struct" || name === "ListValue" ? name : undefined;
}

type Decoded = Readonly<Record<string, unknown>>;

/** The JSON of a decoded `Value`, `Struct` or `ListValue`. */
export function fromJsonType(type: protobuf.Type, decoded: Decoded): Json {
  const value = type.root.lookupType(`${prefix}Value`);
  switch (shapeOf(type)) {
    case "Struct":
      return Object.fromEntries(
        Object.entries(decoded.fields as Record<string, Decoded>).map(([name, each]) => [
          name,
          fromJsonType(value, each),
        ]),
      );
    case "ListValue":
      return (decoded.values as Decoded[]).map((each) => fromJsonType(value, each));
    default: {
      const field = value.fieldsArray.find(({ name }) => Object.hasOwn(decoded, name));
      if (field === undefined || field.id === valueIds.null) return null;
      const inner = decoded[field.name];
      const within = field.resolve().resolvedType;
      return field.id === valueIds.struct || field.id === valueIds.list
        ? fromJsonType(within as protobuf.Type, inner as Decoded)
        : (inner as Json);
    }
  }
}

/** Numbers of the fields of `Value`: their names differ between a proto that is read and one that is reflected. */
const valueIds = { null: 1, number: 2, string: 3, bool: 4, struct: 5, list: 6 } as const;

/** JSON as a `Value`, `Struct` or `ListValue`; undefined if it is not of that shape. */
export function toJsonType(type: protobuf.Type, json: unknown): object | undefined {
  const value = type.root.lookupType(`${prefix}Value`);
  const isList = Array.isArray(json);
  const isObject = typeof json === "object" && json !== null && !isList;
  switch (shapeOf(type)) {
    case "Struct":
      if (!isObject) return undefined;
      return {
        fields: Object.fromEntries(Object.entries(json).map(([name, each]) => [name, toJsonType(value, each)])),
      };
    case "ListValue":
      return isList ? { values: json.map((each) => toJsonType(value, each)) } : undefined;
    default: {
      const kind = isList
        ? "list"
        : isObject
          ? "struct"
          : json === null
            ? "null"
            : (typeof json as "number" | "string");
      const field = value.fieldsById[typeof json === "boolean" ? valueIds.bool : valueIds[kind]]!;
      const within = field.resolve().resolvedType;
      const content = isList || isObject ? toJsonType(within as protobuf.Type, json) : (json ?? 0);
      return { [field.name]: content };
    }
  }
}

import type { Json } from "../domain/event.ts";
import type { Struct__Output } from "../server/generated/google/protobuf/Struct.ts";
import type { Value, Value__Output } from "../server/generated/google/protobuf/Value.ts";

/**
 * A plain value as google.protobuf.Value.
 * @throws RangeError for NaN and infinities, which google.protobuf.Value forbids
 */
export function toValue(json: Json): Value {
  if (json === null) return { nullValue: "NULL_VALUE" };
  if (typeof json === "boolean") return { boolValue: json };
  if (typeof json === "string") return { stringValue: json };
  if (typeof json === "number") {
    if (Number.isFinite(json)) return { numberValue: json };
    throw new RangeError(`${json} is not a finite number`);
  }
  if (isList(json)) return { listValue: { values: json.map(toValue) } };
  return { structValue: { fields: toFields(json) } };
}

/** Named plain values, such as an event's attributes. */
export function toFields(values: Readonly<Record<string, Json>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, json]) => [name, toValue(json)]));
}

/** The plain value of a google.protobuf.Value; null if it has no kind at all. */
export function fromValue(value: Value__Output): Json {
  switch (value.kind) {
    case "boolValue":
      return value.boolValue ?? null;
    case "numberValue":
      return value.numberValue ?? null;
    case "stringValue":
      return value.stringValue ?? null;
    case "listValue":
      return value.listValue?.values.map(fromValue) ?? null;
    case "structValue":
      return value.structValue ? fromStruct(value.structValue) : null;
    default:
      return null;
  }
}

export function fromStruct(struct: Struct__Output): Record<string, Json> {
  return fromFields(struct.fields);
}

/** The inverse of `toFields`. */
export function fromFields(fields: Readonly<Record<string, Value__Output>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fromValue(value)]));
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

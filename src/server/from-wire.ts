import { type FieldViolation, VerdictError } from "../domain/errors.ts";
import type { Json } from "../domain/event.ts";
import type { Timestamp__Output } from "./generated/google/protobuf/Timestamp.ts";
import type { Value__Output } from "./generated/google/protobuf/Value.ts";

/** Nested attributes are data, not programs; this bounds what walking them may cost. */
const maxDepth = 16;

/**
 * The attributes of an event.
 * @throws {VerdictError} BAD_EVENT naming every NaN, infinity, and value nested too deep.
 */
export function attributesFromWire(fields: Readonly<Record<string, Value__Output>>): Record<string, Json> {
  const violations: FieldViolation[] = [];
  const attributes = fieldsFromWire(fields, "event", 0, violations);
  if (violations.length === 0) return attributes;
  const message = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
  throw new VerdictError("BAD_EVENT", message, violations);
}

/** One plain value. @throws {VerdictError} as `attributesFromWire`. */
export function valueFromWire(value: Value__Output, field: string): Json {
  const violations: FieldViolation[] = [];
  const json = jsonFromWire(value, field, 0, violations);
  if (violations.length > 0)
    throw new VerdictError("BAD_REQUEST", `${field} ${violations[0]!.description}`, violations);
  return json;
}

/** Whole milliseconds since the epoch; NaN if malformed, which no check of a time lets pass; undefined if absent. */
export function timeFromWire(timestamp: Timestamp__Output | null): number | undefined {
  if (timestamp === null) return undefined;
  const { seconds, nanos } = timestamp;
  if (nanos < 0 || nanos > 999_999_999) return Number.NaN;
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}

function fieldsFromWire(
  fields: Readonly<Record<string, Value__Output>>,
  path: string,
  depth: number,
  violations: FieldViolation[],
): Record<string, Json> {
  const attributes: Record<string, Json> = {};
  for (const name of Object.keys(fields)) {
    const json = jsonFromWire(fields[name]!, `${path}.${name}`, depth, violations);
    // Plain assignment of "__proto__" would change the prototype instead of adding an attribute.
    if (name === "__proto__") Object.defineProperty(attributes, name, { value: json, enumerable: true });
    else attributes[name] = json;
  }
  return attributes;
}

function jsonFromWire(value: Value__Output, path: string, depth: number, violations: FieldViolation[]): Json {
  if (depth > maxDepth) {
    violations.push({ field: path, description: `is nested deeper than ${maxDepth} levels` });
    return null;
  }
  switch (value.kind) {
    case "numberValue":
      if (Number.isFinite(value.numberValue)) return value.numberValue!;
      violations.push({ field: path, description: "must be a finite number, not NaN or an infinity" });
      return null;
    case "stringValue":
      return value.stringValue!;
    case "boolValue":
      return value.boolValue!;
    case "structValue":
      return fieldsFromWire(value.structValue?.fields ?? {}, path, depth + 1, violations);
    case "listValue":
      return (value.listValue?.values ?? []).map((item, at) =>
        jsonFromWire(item, `${path}[${at}]`, depth + 1, violations),
      );
    default:
      return null;
  }
}

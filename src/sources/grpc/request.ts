import protobuf from "protobufjs";
import { isEpochMs, parseIsoTimestamp } from "../../domain/timestamp.ts";
import { hint, nameOf } from "./method.ts";
import { toScalar, Unknown } from "./scalar.ts";
import { isJson, isTimestamp, toJsonType, toTimestamp, wrapped } from "./well-known.ts";

const { Enum, MapField, Type } = protobuf;

type Path = readonly (string | number)[];

/** Receives what does not fit. Values are never in it. */
export type ReportMisfit = (path: Path, message: string, fix: string) => void;

/**
 * Makes of JSON what a type encodes, value for value: names are those of the proto, nothing is cut or guessed.
 * Milliseconds and ISO 8601 texts become timestamps; wrappers and `Value` take what they stand for; null is left out.
 * @param report receives every part that does not fit; what is returned then is good for nothing.
 */
export function toMessage(type: protobuf.Type, json: unknown, report: ReportMisfit, path: Path = []): object {
  if (isJson(type)) return toJson(type, json, report, path);
  const inner = wrapped(type);
  if (isObject(json)) return toFields(type, json, report, path);
  if (inner !== undefined) return { value: toSingle(inner.resolve(), json, report, path) };
  if (isTimestamp(type)) return toTime(json, report, path);
  report(path, `is ${shapeOf(json)}, but ${nameOf(type)} is a message`, `write an object of ${fieldsOf(type)}`);
  return {};
}

function toFields(
  type: protobuf.Type,
  json: Readonly<Record<string, unknown>>,
  report: ReportMisfit,
  path: Path,
): object {
  const made: Record<string, unknown> = {};
  const chosen = new Map<protobuf.OneOf, string>();
  for (const [name, value] of Object.entries(json)) {
    if (value === null) continue;
    const at = [...path, name];
    const field = Object.hasOwn(type.fields, name) ? type.fields[name]!.resolve() : undefined;
    if (field === undefined) {
      report(at, `${nameOf(type)} has no field "${name}"`, hint(name, Object.keys(type.fields), "fields"));
      continue;
    }
    made[name] = toField(field, value, report, at);
    if (field.partOf === null) continue;
    const other = chosen.get(field.partOf);
    if (other !== undefined)
      report(at, `"${other}" and "${name}" are of one oneof: only one can be set`, "remove one of the two");
    chosen.set(field.partOf, name);
  }
  for (const { name, required } of type.fieldsArray)
    if (required && made[name] === undefined) report(path, `${nameOf(type)} requires "${name}"`, `add "${name}"`);
  return made;
}

function toJson(type: protobuf.Type, json: unknown, report: ReportMisfit, path: Path): object {
  const made = toJsonType(type, withoutUnknown(json));
  if (made === undefined) report(path, `is no ${nameOf(type)}`, "write a list or an object, as its type is");
  return made ?? {};
}

function toField(field: protobuf.Field, json: unknown, report: ReportMisfit, path: Path): unknown {
  if (field instanceof MapField) {
    if (!isObject(json) || field.keyType === "bool") {
      report(
        path,
        `is ${shapeOf(json)}, but ${nameOf(field)} is a map`,
        "write an object; keys that are true or false cannot be sent",
      );
      return {};
    }
    const entries = Object.entries(json);
    return Object.fromEntries(entries.map(([key, each]) => [key, toSingle(field, each, report, [...path, key])]));
  }
  if (!field.repeated) return toSingle(field, json, report, path);
  if (!Array.isArray(json)) {
    report(path, `is ${shapeOf(json)}, but ${nameOf(field)} is a list`, "write it in brackets");
    return [];
  }
  return json.map((each, at) => toSingle(field, each, report, [...path, at]));
}

function toSingle(field: protobuf.Field, json: unknown, report: ReportMisfit, path: Path): unknown {
  if (field.resolvedType instanceof Type) return toMessage(field.resolvedType, json, report, path);
  const made = toScalar(field, json);
  if (made !== undefined) return made;
  const { resolvedType } = field;
  const what = resolvedType instanceof Enum ? `the enum ${nameOf(resolvedType)}` : field.type;
  const fix =
    resolvedType instanceof Enum
      ? `its values: ${Object.keys(resolvedType.values).join(", ")}`
      : `give what fits ${field.type}, or name another field`;
  report(path, `is ${shapeOf(json)} that ${what} of ${nameOf(field)} does not take`, fix);
  return undefined;
}

function toTime(json: unknown, report: ReportMisfit, path: Path): object {
  if (json instanceof Unknown && (json.type === undefined || json.type === "timestamp" || json.type === "string"))
    return {};
  const ms = typeof json === "string" ? parseIsoTimestamp(json) : json;
  if (typeof ms === "number" && isEpochMs(ms)) return toTimestamp(ms);
  report(path, `is ${shapeOf(json)} and no time`, "give a feature of type timestamp, or an ISO 8601 text");
  return {};
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !(json instanceof Unknown);
}

/** In JSON any value may stand. */
function withoutUnknown(json: unknown): unknown {
  if (json instanceof Unknown) return 0;
  if (Array.isArray(json)) return json.map(withoutUnknown);
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, withoutUnknown(each)]));
}

function fieldsOf(type: protobuf.Type): string {
  return Object.keys(type.fields).join(", ");
}

/** What a value is, without the value. */
function shapeOf(json: unknown): string {
  if (json instanceof Unknown) return `${json.type === "integer" ? "an" : "a"} ${json.type}`;
  if (Array.isArray(json)) return "a list";
  if (json === null) return "null";
  const names: Readonly<Record<string, string>> = { object: "an object", string: "a text", number: "a number" };
  return names[typeof json] ?? "a truth value";
}

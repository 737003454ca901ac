import protobuf from "protobufjs";
import { type FeatureType, type Fetched, Missing } from "../../domain/feature.ts";
import { parsePath, type Steps } from "../../domain/path.ts";
import { takeJson } from "../convert-json.ts";
import { readLeaf } from "./leaf.ts";
import { hint, nameOf } from "./method.ts";
import { Misfit } from "./misfit.ts";
import { fromJsonType, fromTimestamp, isJson, isTimestamp, wrapped } from "./well-known.ts";

const { MapField, Type, util } = protobuf;

/** Takes one feature out of a decoded message. */
export type Take = (message: object) => Fetched;

/** One step into a decoded value: undefined where it leads nowhere, null where nothing is set. */
type Step = (value: never) => unknown;

/** Where a path has come to: a message, a field, or one element of a list or map. */
type Place =
  | { readonly kind: "message"; readonly type: protobuf.Type }
  | { readonly kind: "field" | "element"; readonly field: protobuf.Field };

/**
 * Resolves a path against a type: names of fields as in the proto, indexes of lists, keys of maps; inside of `Struct` and
 * `Value`, as in JSON. What is not set is null, except for fields without presence, whose default is a value.
 * @throws {Misfit} if it leads nowhere, or to something that is never a feature of that type.
 */
export function compilePath(type: protobuf.Type, path: string, wanted: FeatureType): Take {
  const written = checkPath(path);
  const steps: Step[] = [];
  let place: Place = { kind: "message", type };
  for (const [at, name] of written.entries()) {
    const message = messageAt(place);
    if (message !== undefined && isJson(message)) {
      const rest = written.slice(at);
      return following(steps, (value) =>
        takeJson(fromJsonType(message, value as never), { steps: rest, type: wanted }),
      );
    }
    const next = stepInto(place, name, path);
    steps.push(next.step);
    place = next.place;
  }
  return following(steps, endAt(place, wanted, path));
}

/** The steps of a path. @throws {Misfit} if it is more than names and indexes. */
export function checkPath(path: string): Steps {
  const steps = parsePath(path);
  if (steps !== undefined) return steps;
  throw new Misfit(`the path ${JSON.stringify(path)} is more than names and indexes`, 'write it as "risk.score"');
}

function following(steps: readonly Step[], read: (value: unknown) => Fetched): Take {
  return (message) => {
    let value: unknown = message;
    for (const step of steps) {
      value = step(value as never);
      if (value === undefined) return Missing.not_found;
      if (value === null) return Missing.null;
    }
    return read(value);
  };
}

/** The type of the message at a place; undefined if none is there. */
function messageAt(place: Place): protobuf.Type | undefined {
  if (place.kind === "message") return place.type;
  const { field } = place;
  const single = place.kind === "element" || !(field.repeated || field.map);
  return single && field.resolvedType instanceof Type ? field.resolvedType : undefined;
}

function stepInto(place: Place, name: string, path: string): { step: Step; place: Place } {
  const message = messageAt(place);
  if (message !== undefined) {
    const field = Object.hasOwn(message.fields, name) ? message.fields[name]!.resolve() : undefined;
    if (field === undefined)
      throw new Misfit(
        `the path ${JSON.stringify(path)} leads nowhere: ${nameOf(message)} has no field "${name}"`,
        hint(name, Object.keys(message.fields), "fields"),
      );
    return { step: readField(field), place: { kind: "field", field } };
  }
  const { field } = place as { field: protobuf.Field };
  const element: Place = { kind: "element", field };
  if (place.kind === "field" && field instanceof MapField) return { step: readKey(field, name), place: element };
  if (place.kind === "field" && field.repeated && /^\d+$/.test(name))
    return { step: (list: unknown[]) => list[Number(name)], place: element };
  const what = place.kind === "field" && field.repeated ? "is a list, whose elements have numbers" : "has no parts";
  throw new Misfit(
    `the path ${JSON.stringify(path)} leads nowhere: ${nameOf(field)} ${what}`,
    place.kind === "field" && field.repeated ? 'write an index: "items[0]"' : `end it before "${name}"`,
  );
}

function readField(field: protobuf.Field): Step {
  const { name } = field;
  const mayBeUnset = field.resolvedType instanceof Type || field.partOf !== null || field.hasPresence;
  if (field.repeated || field.map || !mayBeUnset) return (message: Record<string, unknown>) => message[name];
  return (message: Record<string, unknown>) => (Object.hasOwn(message, name) ? message[name] : null);
}

/** Keys of 64 bits are held by their bytes. */
function readKey({ keyType }: protobuf.MapField, name: string): Step {
  const isLong = /64$/.test(keyType) && /^\d+$/.test(name);
  const key = isLong ? util.longToHash(name as never) : name;
  return (map: Record<string, unknown>) => (Object.hasOwn(map, key) ? map[key] : undefined);
}

function endAt(place: Place, wanted: FeatureType, path: string): (value: unknown) => Fetched {
  const misfit = (what: string, fix: string) => new Misfit(`the path ${JSON.stringify(path)} ${what}`, fix);
  const message = messageAt(place);
  if (message === undefined) {
    const { field } = place as { field: protobuf.Field };
    if (place.kind === "field" && field.map) throw misfit("leads to a map", `name a key: "${path}.key"`);
    if (place.kind === "field" && field.repeated) throw misfit("leads to a list", `name an element: "${path}[0]"`);
    const read = readLeaf(field, wanted);
    if (read !== undefined) return read;
    throw misfit(
      `leads to ${describe(field)}, which is never ${wanted}`,
      "declare another type, or name another field",
    );
  }
  if (isJson(message))
    return (value) => takeJson(fromJsonType(message, value as never), { steps: noSteps, type: wanted });
  const inner = wrapped(message);
  const read = inner && readLeaf(inner.resolve(), wanted);
  if (read !== undefined) return (value) => read((value as { value: unknown }).value);
  if (isTimestamp(message) && wanted === "timestamp") {
    return (value) => {
      const ms = fromTimestamp(value as never);
      return Number.isSafeInteger(ms) ? ms : Missing.error;
    };
  }
  throw misfit(
    `leads to a ${nameOf(message)}, which is never ${wanted}`,
    isTimestamp(message) || inner !== undefined
      ? "declare another type, or name another field"
      : `name one of its fields: ${Object.keys(message.fields).join(", ")}`,
  );
}

const noSteps: Steps = [];

function describe({ resolvedType, type }: protobuf.Field): string {
  return resolvedType instanceof protobuf.Enum ? `the enum ${nameOf(resolvedType)}` : type;
}

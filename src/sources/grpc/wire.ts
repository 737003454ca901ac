import protobuf from "protobufjs";
import { nameOf } from "./method.ts";

const { Enum, Field, MapField, Reader, Type, types } = protobuf;

/** How a value's bytes are bounded (https://protobuf.dev/programming-guides/encoding). */
const varint = 0;
const lengthDelimited = 2;
const groupBegin = 3;
const groupEnd = 4;

type Place = protobuf.Type | protobuf.MapField;

/** What a tag may announce: its name for messages, its forms, and the type to look into. */
interface Expected {
  readonly name: string;
  readonly forms: readonly number[];
  readonly within: Place | undefined;
}

/**
 * Checks that every known field of a message has on the wire the form that its type has. Decoders read on blindly where it
 * has not, and make up values: a proto that is not the server's would go unnoticed.
 * @throws saying which field; or a RangeError where the bytes end too early.
 */
export function checkWire(type: protobuf.Type, bytes: Uint8Array): void {
  checkWithin(type, Reader.create(bytes), bytes.length, 0);
}

function checkWithin(place: Place, reader: protobuf.Reader, end: number, depth: number): void {
  if (depth > deepest || end > reader.len) throw new RangeError("the message ends too early or is too deep");
  while (reader.pos < end) {
    const tag = reader.uint32();
    const form = tag & 7;
    if (form === groupEnd) return;
    const expected = expectedAt(place, tag >>> 3);
    if (expected !== undefined && !expected.forms.includes(form))
      throw new TypeError(`field ${tag >>> 3} (${expected.name}) of ${nameOf(place)} has another type on the wire`);
    if (expected?.within === undefined) reader.skipType(form);
    else if (form === groupBegin) checkWithin(expected.within, reader, reader.len, depth + 1);
    else {
      const length = reader.uint32();
      checkWithin(expected.within, reader, reader.pos + length, depth + 1);
    }
  }
  if (reader.pos > end) throw new RangeError("the message ends too early");
}

/** As the decoder's own limit. */
const deepest = 100;

function expectedAt(place: Place, id: number): Expected | undefined {
  if (place instanceof MapField) {
    if (id === 1) return { name: "key", forms: [formOf(place.keyType)], within: undefined };
    return id === 2 ? { name: "value", ...formsOf(place) } : undefined;
  }
  const field = place.fieldsById[id]?.resolve();
  if (field === undefined) return undefined;
  if (field instanceof MapField) return { name: field.name, forms: [lengthDelimited], within: field };
  const { forms, within } = formsOf(field);
  // Lists of numbers may come packed or not, whatever the proto says.
  return { name: field.name, forms: field.repeated ? [...forms, lengthDelimited] : forms, within };
}

function formsOf(field: protobuf.FieldBase): Pick<Expected, "forms" | "within"> {
  const { resolvedType, type } = field;
  const delimited = field instanceof Field && field.delimited;
  if (resolvedType instanceof Type) return { forms: [delimited ? groupBegin : lengthDelimited], within: resolvedType };
  return { forms: [resolvedType instanceof Enum ? varint : formOf(type)], within: undefined };
}

function formOf(type: string): number {
  return types.basic[type as keyof typeof types.basic];
}

import { isUtf8 } from "node:buffer";
import { type FeatureType, type Fetched, hasType, Missing } from "../../../domain/feature.ts";
import { isEpochMs } from "../../../domain/timestamp.ts";
import { type Field, fieldsOf } from "./protobuf.ts";

/** Seconds that stand for no time: numpy's NaT. */
const notATime = -(2n ** 63n);
const nullField = 19;

/**
 * A feature out of a value that Feast wrote: protobuf `feast.types.Value`, a oneof (feast-dev/feast, protos/feast/types/
 * Value.proto). No bytes at all are a null that was written. Lists, sets and maps, integers that a double cannot hold, and
 * values of another type than declared are `error`, and so are bytes that are no such message.
 */
export function decodeValue(bytes: Buffer, type: FeatureType): Fetched {
  const fields = fieldsOf(bytes);
  if (fields === undefined) return Missing.error;
  // The last one counts, as for every oneof.
  const field = fields.at(-1);
  if (field === undefined || field.number === nullField) return Missing.null;
  const reader = readers.get(field.number);
  if (reader?.wire !== field.wire || !reader.types.includes(type)) return Missing.error;
  const value = reader.read(field, type);
  if (value === null) return Missing.null;
  return hasType(value, type) ? value : Missing.error;
}

/** When a view was written: protobuf `google.protobuf.Timestamp`, in epoch milliseconds; undefined if it is none. */
export function decodeTimestamp(bytes: Buffer): number | undefined {
  return fieldsOf(bytes)?.reduce((ms, field) => {
    if (field.number === 1) return ms + Number(signed(field)) * 1000;
    return field.number === 2 ? ms + Number(signed(field)) / 1e6 : ms;
  }, 0);
}

interface Reader {
  readonly wire: Field["wire"];
  /** The declared types it may be read as. */
  readonly types: readonly FeatureType[];
  /** Null where it stands for no value, undefined where it cannot be held. */
  readonly read: (field: Field, type: FeatureType) => unknown;
}

const text: Reader = { wire: 2, types: ["string"], read: toText };
const whole: Reader = { wire: 0, types: ["integer", "double"], read: (field) => exact(signed(field)) };

/** By the numbers of the message's fields; those missing here are lists, sets and maps. */
const readers: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [1, text], // bytes
  [2, text],
  [3, whole], // int32
  [4, whole], // int64
  [5, { wire: 1, types: ["double"], read: ({ bytes }) => bytes.readDoubleLE() }],
  [6, { wire: 5, types: ["double"], read: ({ bytes }) => bytes.readFloatLE() }],
  [7, { wire: 0, types: ["boolean"], read: ({ varint }) => varint !== 0n }],
  [8, { wire: 0, types: ["timestamp"], read: toEpochMs }],
  [32, text], // JSON
  [36, text], // UUID
  [37, text], // time UUID
  [44, { wire: 2, types: ["string", "double"], read: toDecimal }],
  [48, { wire: 2, types: ["timestamp"], read: fromZoned }],
]);

function toText({ bytes }: Field): string | undefined {
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

function toDecimal(field: Field, type: FeatureType): string | number | undefined {
  const digits = toText(field);
  return type === "string" || digits === undefined || digits.trim() === "" ? digits : Number(digits);
}

/** From whole seconds. */
function toEpochMs(field: Field): number | null | undefined {
  const seconds = signed(field);
  if (seconds === notATime) return null;
  const ms = Number(seconds) * 1000;
  return isEpochMs(ms) ? ms : undefined;
}

/** A zoned timestamp: the seconds, and a zone that changes nothing about the moment. */
function fromZoned({ bytes }: Field): number | null | undefined {
  const fields = fieldsOf(bytes);
  if (fields === undefined) return undefined;
  const seconds = fields.findLast(({ number }) => number === 1);
  return seconds === undefined ? 0 : toEpochMs(seconds);
}

function signed({ varint }: Field): bigint {
  return BigInt.asIntN(64, varint);
}

function exact(value: bigint): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

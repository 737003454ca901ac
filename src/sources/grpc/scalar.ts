import protobuf from "protobufjs";
import type { FeatureType } from "../../domain/feature.ts";

/** A value that is only known at a fetch, with its type if that is known: stands for it while an entry is checked. */
export class Unknown {
  readonly type: FeatureType | undefined;
  constructor(type: FeatureType | undefined) {
    this.type = type;
  }
}

type Range = readonly [least: bigint, most: bigint];

const ranges: Readonly<Record<string, Range>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};
const rangeOf: Readonly<Record<string, Range>> = {
  ...ranges,
  sint32: ranges.int32!,
  sfixed32: ranges.int32!,
  fixed32: ranges.uint32!,
  sint64: ranges.int64!,
  sfixed64: ranges.int64!,
  fixed64: ranges.uint64!,
};

/** The feature types whose values some field of that type takes. */
function takes({ type, resolvedType }: protobuf.Field): readonly FeatureType[] {
  if (resolvedType instanceof protobuf.Enum) return ["string", "integer"];
  if (type === "string") return ["string", "double", "integer", "boolean", "timestamp"];
  if (type === "bytes") return ["string"];
  if (type === "bool") return ["boolean"];
  if (type === "float" || type === "double") return ["double", "integer", "timestamp"];
  return type.endsWith("64") ? ["integer", "timestamp", "string"] : ["integer"];
}

/**
 * A value as a field that holds a single one takes it: numbers in their range, texts of digits for 64 bits, names or numbers
 * of enums, texts as UTF-8 for bytes, anything for texts. `Unknown` gives a value of the field's type.
 * @returns undefined if the field does not take it.
 */
export function toScalar(field: protobuf.Field, value: unknown): unknown {
  const { type, resolvedType } = field;
  if (value instanceof Unknown) return value.type === undefined || takes(field).includes(value.type) ? 0 : undefined;
  if (resolvedType instanceof protobuf.Enum) return toEnum(resolvedType, value);
  switch (type) {
    case "string":
      return typeof value === "object" ? undefined : String(value);
    case "bytes":
      return typeof value === "string" ? Buffer.from(value) : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "float":
    case "double":
      return Number.isFinite(value) ? value : undefined;
    default:
      return toInteger(type, value);
  }
}

function toEnum({ values }: protobuf.Enum, value: unknown): number | string | undefined {
  if (typeof value === "string") return Object.hasOwn(values, value) ? values[value] : undefined;
  return toInteger("int32", value);
}

/** 64-bit integers go to the encoder as texts where they come as texts. */
function toInteger(type: string, value: unknown): number | string | undefined {
  const [least, most] = rangeOf[type]!;
  const isDigits = type.endsWith("64") && typeof value === "string" && /^-?\d{1,20}$/.test(value);
  if (!isDigits && !Number.isSafeInteger(value)) return undefined;
  const exact = BigInt(value as string | number);
  return exact >= least && exact <= most ? (value as string | number) : undefined;
}

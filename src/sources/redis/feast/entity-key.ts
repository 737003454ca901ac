import type { SourceKey } from "../../../domain/event.ts";
import type { FeatureValue } from "../../../domain/feature.ts";
import type { JoinKey } from "../entry.ts";

/** `feast.types.ValueType.Enum`. */
const codes = { string: 2, int32: 3, int64: 4 } as const;

/** Gives the Redis key of an entity. @throws if a value does not fit its type. */
export type EntityKey = (key: SourceKey) => Buffer;

/**
 * Keys as Feast's Redis online store makes them: the entity key in serialization version 3, then the project. Numbers are
 * little-endian: the count of join keys; each name, sorted by its bytes, after its type and length; then in the same order
 * each value after its type and length.
 * @param inputs the features whose values come as the key.
 */
export function entityKey(
  join: Readonly<Record<string, JoinKey>>,
  project: string,
  inputs: readonly string[],
): EntityKey {
  const names = Object.keys(join).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const start = Buffer.concat([
    uint32(names.length),
    ...names.map((name) => prefixed(codes.string, Buffer.from(name))),
  ]);
  const end = Buffer.from(project);
  const values = names.map((name) => {
    const { feature, type } = join[name]!;
    return { at: inputs.indexOf(feature), feature, type };
  });
  return (key) => {
    const parts = values.map(({ at, feature, type }) => prefixed(codes[type], encode(key[at]!, type, feature)));
    return Buffer.concat([start, ...parts, end]);
  };
}

function encode(value: FeatureValue, type: JoinKey["type"], feature: string): Buffer {
  if (type === "string") return Buffer.from(String(value));
  const bytes = Buffer.alloc(type === "int32" ? 4 : 8);
  if (!Number.isSafeInteger(value)) throw new Error(`the value of ${feature} is no whole number, as ${type} needs`);
  if (type === "int64") bytes.writeBigInt64LE(BigInt(value));
  else if (((value as number) | 0) === value) bytes.writeInt32LE(value);
  else throw new Error(`the value of ${feature} does not fit into int32: say int64 if the entity is of that type`);
  return bytes;
}

function prefixed(type: number, bytes: Buffer): Buffer {
  return Buffer.concat([uint32(type), uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

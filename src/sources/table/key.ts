import { hash } from "node:crypto";
import type { FeatureType, FeatureValue } from "../../domain/feature.ts";

/** LMDB takes keys of up to 1,978 bytes; longer ones are stored by their SHA-256. */
const keyBytesMax = 1024;

const tag = { number: 1, string: 2, brokenString: 3, false: 4, true: 5, hashed: 6 } as const;

const scratch = Buffer.allocUnsafe(8192);

/**
 * The bytes a key is stored under. Each value is its kind and then its bytes, strings led by their length, so that
 * different keys never share bytes: ["a","bc"] and ["ab","c"] differ, 1 and "1" differ.
 * @returns bytes that hold only until the next call
 */
export function encodeKey(key: readonly FeatureValue[]): Buffer {
  const room = key.reduce<number>((sum, value) => sum + (typeof value === "string" ? 5 + value.length * 3 : 9), 0);
  const bytes = room <= scratch.length ? scratch : Buffer.allocUnsafe(room);
  let end = 0;
  for (const value of key) end = writeValue(bytes, end, value);
  if (end <= keyBytesMax) return bytes.subarray(0, end);
  return Buffer.concat([Buffer.of(tag.hashed), hash("sha256", bytes.subarray(0, end), "buffer")]);
}

/** Whether a key feature's value can equal a value of a key column: numbers match integers, doubles and timestamps. */
export function fitsKeyColumn(type: FeatureType, value: FeatureValue): boolean {
  if (type === "string" || type === "boolean") return typeof value === type;
  return typeof value === "number";
}

function writeValue(bytes: Buffer, start: number, value: FeatureValue): number {
  if (typeof value === "number") {
    bytes[start] = tag.number;
    return bytes.writeDoubleBE(value + 0, start + 1);
  }
  if (typeof value === "boolean") {
    bytes[start] = value ? tag.true : tag.false;
    return start + 1;
  }
  // UTF-8 would turn every lone surrogate into the same character, and so different keys into one.
  const wellFormed = value.isWellFormed();
  bytes[start] = wellFormed ? tag.string : tag.brokenString;
  const length = bytes.write(value, start + 5, wellFormed ? "utf8" : "utf16le");
  bytes.writeUInt32BE(length, start + 1);
  return start + 5 + length;
}

import { hash } from "node:crypto";
import type { FeatureValue } from "../../domain/feature.ts";

/**
 * The number a record holds for a value: numbers as they are, booleans as 0 or 1, NaN for none, and for a string the
 * first 53 bits of its SHA-256: as many as a double holds exactly. Only `distinct` has a use for such a number; among n
 * different strings it counts one too few with a probability of about n² / 2⁵⁴: one in a billion at 4,096.
 */
export function numberOf(value: FeatureValue | undefined): number {
  if (value === undefined) return Number.NaN;
  return typeof value === "string" ? hash53(value) : Number(value);
}

function hash53(text: string): number {
  // As JSON, for UTF-8 has no lone surrogates and would make all of them one.
  const digest = hash("sha256", JSON.stringify(text), "buffer");
  return digest.readUInt32LE(0) * 2 ** 21 + (digest.readUInt32LE(4) >>> 11);
}

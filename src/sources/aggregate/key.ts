import { createHash } from "node:crypto";
import type { SourceKey } from "../../domain/event.ts";

/** LMDB takes keys of up to 1,978 bytes; the queue of expiries puts a time before them. */
const keyBytesMax = 1024;

/** The key of one source's events of one entity. Different sources or keys never share one: 1 is not "1". */
export function recordKey(source: string, key: SourceKey): string {
  return storeKey([source, ...key]);
}

/** The key of one request's index entry: exact, whatever the id contains. */
export function requestKey(requestId: string): string {
  return storeKey([requestId]);
}

/**
 * JSON keeps parts and types apart and, unlike UTF-8, also lone surrogates. What is too long for a key is hashed; no hash
 * equals a key that was not, as JSON of an array starts with a bracket.
 */
function storeKey(parts: SourceKey): string {
  const text = JSON.stringify(parts);
  if (Buffer.byteLength(text) <= keyBytesMax) return text;
  return `sha256:${createHash("sha256").update(text).digest("base64url")}`;
}

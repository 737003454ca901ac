import type { Timestamp, Timestamp__Output } from "../server/generated/google/protobuf/Timestamp.ts";

/** A moment, as a Date or as milliseconds since the Unix epoch, as google.protobuf.Timestamp. */
export function toTimestamp(moment: Date | number): Timestamp {
  const ms = Number(moment);
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: Math.round((ms - seconds * 1_000) * 1_000_000) };
}

/** Milliseconds since the Unix epoch; a fraction where the timestamp is finer. */
export function fromTimestamp({ seconds, nanos }: Timestamp__Output): number {
  return seconds * 1_000 + nanos / 1_000_000;
}

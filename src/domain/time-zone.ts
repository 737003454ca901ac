import { isEpochMs } from "./timestamp.ts";

/** Milliseconds since the Unix epoch, shifted so that UTC's calendar reads as the zone's own; NaN beyond what a Date holds. */
export type LocalTime = (atMs: number) => number;

/** Making a formatter takes longer than all else about a zone, and there are a few hundred at most. */
const known = new Map<string, LocalTime | undefined>();

/** @param zone an IANA name such as `Europe/Berlin`. @returns undefined if there is no such zone. */
export function localTimeIn(zone: string): LocalTime | undefined {
  if (zone === "UTC") return (atMs) => atMs;
  if (!known.has(zone)) {
    // Names come from documents, but also from features: what is no zone is not kept.
    const made = make(zone);
    if (made === undefined) return undefined;
    known.set(zone, made);
  }
  return known.get(zone);
}

function make(zone: string): LocalTime | undefined {
  // Offsets such as "+01:00" are taken by some engines, but are no zones.
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  const format = formatterOf(zone);
  if (format === undefined) return undefined;
  // Several questions are asked about the same moment.
  let last = { atMs: Number.NaN, localMs: Number.NaN };
  return (atMs) => {
    if (last.atMs !== atMs) last = { atMs, localMs: read(format, atMs) };
    return last.localMs;
  };
}

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
}

function read(format: Intl.DateTimeFormat, atMs: number): number {
  if (!isEpochMs(Math.trunc(atMs))) return Number.NaN;
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(atMs)) part[type] = value;
  // 1 BC is the year 0.
  const year = part.era === "BC" ? 1 - Number(part.year) : Number(part.year);
  // Not Date.UTC alone: it takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  date.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
  return date.getTime() + (((atMs % 1000) + 1000) % 1000);
}

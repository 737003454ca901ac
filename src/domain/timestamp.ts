const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** The largest distance from 1970 that a Date can hold, in milliseconds. */
const epochMsMax = 8.64e15;

/**
 * Milliseconds since the Unix epoch of an ISO 8601 date or date and time, UTC where it names no zone, cut to whole
 * milliseconds; undefined when it is none. Dates that do not exist (30 February) are none, unlike in `Date.parse`.
 */
export function parseIsoTimestamp(text: string): number | undefined {
  const match = isoPattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const dayMs = startOfDay(Number(year), Number(month), Number(day));
  const offset = zoneOffsetMs(zone);
  if (dayMs === undefined || offset === undefined) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  return dayMs + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + milliseconds - offset;
}

/** Whether the number is a whole number of milliseconds that a Date can hold. */
export function isEpochMs(value: number): boolean {
  return Number.isSafeInteger(value) && Math.abs(value) <= epochMsMax;
}

function startOfDay(year: number, month: number, day: number): number | undefined {
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function zoneOffsetMs(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || "0");
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

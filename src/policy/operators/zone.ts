import { IANAZone } from "luxon";

/** Milliseconds since the Unix epoch, shifted so that UTC's calendar reads as the zone's own. */
export type LocalTime = (atMs: number) => number;

/** @param zone an IANA name such as `Europe/Berlin`. @returns undefined if there is no such zone. */
export function localTimeIn(zone: string): LocalTime | undefined {
  if (!IANAZone.isValidZone(zone)) return undefined;
  if (zone === "UTC") return (atMs) => atMs;
  const rules = IANAZone.create(zone);
  // Several rules ask about the same moment, and an offset costs more than all else about them.
  let last = { atMs: Number.NaN, localMs: Number.NaN };
  return (atMs) => {
    if (last.atMs !== atMs) last = { atMs, localMs: atMs + rules.offset(atMs) * 60_000 };
    return last.localMs;
  };
}

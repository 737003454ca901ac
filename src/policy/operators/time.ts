import { type LocalTime, localTimeIn } from "../../domain/time-zone.ts";
import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import { hasKeys } from "./keys.ts";
import type { CustomOperator, Passes, Refusal } from "./operator.ts";

export const dayMs = 86_400_000;
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

function moment(
  name: string,
  words: CustomOperator["words"],
  passes: (actual: number, than: number) => boolean,
): CustomOperator {
  return {
    name,
    types: ["timestamp"],
    comparesFacts: true,
    value: "a time in ISO 8601",
    example: "2026-11-01T00:00:00Z",
    // A number is a time too, in milliseconds since 1970.
    shape: { type: ["string", "number"] },
    words,
    cost: 1,
    prepare(value) {
      const than = typeof value === "string" ? parseIsoTimestamp(value) : value;
      if (typeof than !== "number") return { message: `"${name}" needs a time`, fix: 'write "2026-11-01T00:00:00Z"' };
      return (actual) => typeof actual === "number" && passes(actual, than);
    },
  };
}

const timeOfDay = {
  type: "string",
  pattern: "^([01]\\d|2[0-3]):[0-5]\\d$",
  errorMessage: 'Write a time of day as "22:00".',
};
const day = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$", errorMessage: 'Write a day as "2026-11-27".' };

const timeOfDayBetween: CustomOperator = {
  name: "timeOfDayBetween",
  types: ["timestamp"],
  comparesFacts: false,
  value: "from a time of day on, until before another (over midnight if that is earlier), in a time zone (default UTC)",
  example: { from: "22:00", to: "06:00", zone: "Europe/Berlin" },
  shape: shapeOf({
    from: { ...timeOfDay, description: "from this time of day on" },
    to: { ...timeOfDay, description: "until before this time of day" },
  }),
  words: ["is in the hours", "is not in the hours"],
  cost: 20,
  prepare: (value) =>
    inZone(value, ["from", "to"], timeOfDayBetween.example, (local, { from, to }) => {
      const start = minutesOf(from);
      const end = minutesOf(to);
      if (start === undefined || end === undefined) return 'write times of day as "22:00"';
      if (start === end) return "from and to are the same: no time is between them";
      return (atMs) => {
        const minutes = modulo(local(atMs), dayMs) / 60_000;
        return start < end ? minutes >= start && minutes < end : minutes >= start || minutes < end;
      };
    }),
};

const dateBetween: CustomOperator = {
  name: "dateBetween",
  types: ["timestamp"],
  comparesFacts: false,
  value: "the first and the last day, in a time zone (default UTC)",
  example: { from: "2026-11-27", to: "2026-11-30", zone: "Europe/Berlin" },
  shape: shapeOf({
    from: { ...day, description: "the first day" },
    to: { ...day, description: "the last day" },
  }),
  words: ["is on the days", "is not on the days"],
  cost: 20,
  prepare: (value) =>
    inZone(value, ["from", "to"], dateBetween.example, (local, { from, to }) => {
      const first = dayOf(from);
      const last = dayOf(to);
      if (first === undefined || last === undefined) return 'write days as "2026-11-27"';
      if (first > last) return "the first day is after the last";
      return (atMs) => local(atMs) >= first && local(atMs) < last + dayMs;
    }),
};

const dayOfWeekIn: CustomOperator = {
  name: "dayOfWeekIn",
  types: ["timestamp"],
  comparesFacts: false,
  value: "days of the week (mon, tue, wed, thu, fri, sat, sun), in a time zone (default UTC)",
  example: { days: ["sat", "sun"], zone: "Europe/Berlin" },
  shape: shapeOf({ days: { type: "array", items: { enum: days }, minItems: 1, description: "days of the week" } }),
  words: ["is on a day of", "is on no day of"],
  cost: 20,
  prepare: (value) =>
    inZone(value, ["days"], dayOfWeekIn.example, (local, { days: named }) => {
      if (!Array.isArray(named) || named.length === 0) return "days is a list of at least one day";
      const wrong = named.find((day) => !days.includes(day));
      if (wrong !== undefined) return `there is no day ${JSON.stringify(wrong)}: use ${days.join(", ")}`;
      const wanted = days.map((day) => named.includes(day));
      // 1970-01-01 was a Thursday.
      return (atMs) => wanted[modulo(Math.floor(local(atMs) / dayMs) + 4, 7)] ?? false;
    }),
};

/** A value with these properties, and perhaps a zone. */
function shapeOf(properties: Readonly<Record<string, object>>): object {
  const zone = { type: "string", description: "the time zone; UTC if none is given", examples: ["Europe/Berlin"] };
  return {
    type: "object",
    properties: { ...properties, zone },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

type TimePasses = (atMs: number) => boolean;

/** Reads the keys and the zone that these operators have in common. */
function inZone(
  value: unknown,
  keys: readonly string[],
  example: unknown,
  prepare: (local: LocalTime, value: Record<string, unknown>) => TimePasses | string,
): Passes | Refusal {
  const refusal = (message: string) => ({ message, fix: `write it like ${JSON.stringify(example)}` });
  if (!hasKeys(value, keys, ["zone"])) return refusal(`the value needs ${keys.join(" and ")}, and may have a zone`);
  const { zone = "UTC" } = value;
  const local = typeof zone === "string" ? localTimeIn(zone) : undefined;
  if (local === undefined) return refusal(`there is no time zone ${JSON.stringify(zone)}`);
  const passes = prepare(local, value);
  if (typeof passes === "string") return refusal(passes);
  return (actual) => typeof actual === "number" && Number.isFinite(actual) && passes(actual);
}

function minutesOf(text: unknown): number | undefined {
  const found = typeof text === "string" ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) : null;
  return found === null ? undefined : Number(found[1]) * 60 + Number(found[2]);
}

function dayOf(text: unknown): number | undefined {
  return typeof text === "string" && /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? parseIsoTimestamp(`${text}T00:00:00Z`)
    : undefined;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

export const timeOperators: readonly CustomOperator[] = [
  moment("before", ["is before", "is not before"], (actual, than) => actual < than),
  moment("after", ["is after", "is not after"], (actual, than) => actual > than),
  timeOfDayBetween,
  dateBetween,
  dayOfWeekIn,
];

import type { FeatureType, FeatureValue } from "../../domain/feature.ts";
import { isEpochMs, parseIsoTimestamp } from "../../domain/timestamp.ts";

/** Why a value is not one of its column's type. */
export class Unfit {
  readonly problem: string;
  readonly mend: string;
  constructor(problem: string, mend: string) {
    this.problem = problem;
    this.mend = mend;
  }
}

const unfit = {
  double: new Unfit("is not a double", "write a finite decimal number such as 12.5, or leave it empty"),
  integer: new Unfit("is not an integer", "write a whole number between ±9007199254740991, or leave it empty"),
  string: new Unfit("is not a string", "write text, or declare the type that the values have"),
  boolean: new Unfit("is not a boolean", "write true, false, 1 or 0, or leave it empty"),
  timestamp: new Unfit(
    "is not a timestamp",
    "write ISO 8601 such as 2026-11-01T10:00:00Z, or milliseconds since 1970, or leave it empty",
  ),
} as const satisfies Record<FeatureType, Unfit>;

const nested = new Unfit("is not a plain value", "give each of its parts a column of its own, or leave the column out");
const noText = new Unfit("is not text", "write it as UTF-8, or leave the column out");
const halfCharacter = new Unfit("holds half of a surrogate pair", "write whole Unicode characters");
const digitsLost = new Unfit(
  "is beyond ±9007199254740991, where digits get lost",
  "write it as a string, or declare the column as double",
);

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const whole = /^[+-]?\d+(?:\.0*)?$/;

/**
 * One cell as its column's type. Text is read by the same rules whichever format it comes from; whole numbers may become
 * strings (an id kept as a number), but no other type becomes another.
 * @param cell text, or what JSON and Parquet hold: number, boolean, bigint, Date
 */
export function convert(type: FeatureType, cell: unknown): FeatureValue | Unfit {
  switch (typeof cell) {
    case "string":
      return fromText(type, cell);
    case "number":
      return fromNumber(type, cell);
    case "bigint":
      return type === "string" ? String(cell) : fromNumber(type, exactNumber(cell));
    case "boolean":
      return type === "boolean" ? cell : unfit[type];
    default:
      if (cell instanceof Uint8Array) return noText;
      if (!(cell instanceof Date)) return nested;
      return type === "timestamp" ? fromNumber(type, cell.getTime()) : unfit[type];
  }
}

/** The type that a JSON value shows; a whole number may turn out to be one of a column of doubles. */
export function naturalType(cell: unknown): "integer" | "double" | "string" | "boolean" | Unfit {
  if (typeof cell === "string") return "string";
  if (typeof cell === "boolean") return "boolean";
  if (typeof cell !== "number") return nested;
  if (!Number.isInteger(cell)) return "double";
  return Number.isSafeInteger(cell) ? "integer" : digitsLost;
}

function fromText(type: FeatureType, text: string): FeatureValue | Unfit {
  if (type === "string") return text.isWellFormed() ? text : halfCharacter;
  const trimmed = text.trim();
  switch (type) {
    case "double":
      return decimal.test(trimmed) ? fromNumber(type, Number(trimmed)) : unfit.double;
    case "integer":
      return whole.test(trimmed) ? fromNumber(type, Number(trimmed)) : unfit.integer;
    case "boolean":
      return booleans.get(trimmed.toLowerCase()) ?? unfit.boolean;
    case "timestamp":
      if (whole.test(trimmed)) return fromNumber(type, Number(trimmed));
      return parseIsoTimestamp(trimmed) ?? unfit.timestamp;
  }
}

function fromNumber(type: FeatureType, value: number): FeatureValue | Unfit {
  switch (type) {
    case "double":
      return Number.isFinite(value) ? withoutMinusZero(value) : unfit.double;
    case "integer":
      return Number.isSafeInteger(value) ? withoutMinusZero(value) : unfit.integer;
    case "timestamp":
      return isEpochMs(value) ? withoutMinusZero(value) : unfit.timestamp;
    case "boolean":
      return value === 1 || value === 0 ? value === 1 : unfit.boolean;
    case "string":
      return Number.isSafeInteger(value) ? String(value) : unfit.string;
  }
}

const booleans = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** NaN, which no type takes, where a number would not hold all digits. */
function exactNumber(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

/** −0 and 0 are one number, so they must be one key. */
function withoutMinusZero(value: number): number {
  return value + 0;
}

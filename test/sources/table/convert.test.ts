import assert from "node:assert/strict";
import type { FeatureType, FeatureValue } from "../../../src/domain/feature.ts";
import { convert, Unfit } from "../../../src/sources/table/convert.ts";

const unfit = "unfit";

const cases: readonly { type: FeatureType; cell: unknown; value: FeatureValue | typeof unfit }[] = [
  { type: "integer", cell: "12", value: 12 },
  { type: "integer", cell: " +12 ", value: 12 },
  { type: "integer", cell: "-0", value: 0 },
  { type: "integer", cell: "5.0", value: 5 },
  { type: "integer", cell: "1e3", value: unfit },
  { type: "integer", cell: "", value: unfit },
  { type: "integer", cell: "1_000", value: unfit },
  { type: "integer", cell: "9007199254740993", value: unfit },
  { type: "integer", cell: 9007199254740993n, value: unfit },
  { type: "integer", cell: -5n, value: -5 },
  { type: "integer", cell: 5.5, value: unfit },
  { type: "integer", cell: true, value: unfit },
  { type: "integer", cell: new Date(5), value: unfit },
  { type: "double", cell: "12.5", value: 12.5 },
  { type: "double", cell: ".5", value: 0.5 },
  { type: "double", cell: "-1.5E-3", value: -0.0015 },
  { type: "double", cell: "Infinity", value: unfit },
  { type: "double", cell: "1,5", value: unfit },
  { type: "double", cell: Number.POSITIVE_INFINITY, value: unfit },
  { type: "double", cell: 7n, value: 7 },
  { type: "string", cell: " as it is ", value: " as it is " },
  { type: "string", cell: 12345678901234567890n, value: "12345678901234567890" },
  { type: "string", cell: 12, value: "12" },
  { type: "string", cell: 1.5, value: unfit },
  { type: "string", cell: false, value: unfit },
  { type: "string", cell: "\udc00", value: unfit },
  { type: "string", cell: new Uint8Array(3), value: unfit },
  { type: "boolean", cell: "True", value: true },
  { type: "boolean", cell: "FALSE", value: false },
  { type: "boolean", cell: "0", value: false },
  { type: "boolean", cell: 1n, value: true },
  { type: "boolean", cell: "yes", value: unfit },
  { type: "boolean", cell: 2, value: unfit },
  { type: "boolean", cell: "constructor", value: unfit },
  { type: "timestamp", cell: "1970-01-02", value: 86_400_000 },
  { type: "timestamp", cell: "1970-01-01T00:00", value: 0 },
  { type: "timestamp", cell: "1970-01-01 00:00:01,5", value: 1500 },
  { type: "timestamp", cell: "1970-01-01T00:00:00.123999Z", value: 123 },
  { type: "timestamp", cell: "1970-01-01T02:00:00+02:00", value: 0 },
  { type: "timestamp", cell: "1969-12-31T19:30:00-0430", value: 0 },
  { type: "timestamp", cell: "0001-01-01T00:00:00Z", value: -62_135_596_800_000 },
  { type: "timestamp", cell: "2024-02-29", value: 1_709_164_800_000 },
  { type: "timestamp", cell: "2026-02-29", value: unfit },
  { type: "timestamp", cell: "2026-13-01", value: unfit },
  { type: "timestamp", cell: "2026-01-01T24:00:00Z", value: unfit },
  { type: "timestamp", cell: "2026-01-01T10:00:60Z", value: unfit },
  { type: "timestamp", cell: "2026-01-01T10:00:00+25:00", value: unfit },
  { type: "timestamp", cell: "01/02/2026", value: unfit },
  { type: "timestamp", cell: "1709164800000", value: 1_709_164_800_000 },
  { type: "timestamp", cell: "-1", value: -1 },
  { type: "timestamp", cell: 9e15, value: unfit },
  { type: "timestamp", cell: new Date(1500), value: 1500 },
  { type: "timestamp", cell: new Date(Number.NaN), value: unfit },
];

function show(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : `${JSON.stringify(value)} (${Object(value).constructor.name})`;
}

describe("a cell", () => {
  for (const { type, cell, value } of cases) {
    it(`${show(cell)} as ${type} is ${value === unfit ? unfit : show(value)}`, () => {
      const converted = convert(type, cell);
      if (value === unfit) assert.ok(converted instanceof Unfit);
      else assert.deepEqual(converted, value);
    });
  }
});

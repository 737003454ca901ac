import assert from "node:assert/strict";
import type { Json } from "../../src/domain/event.ts";
import { Missing } from "../../src/domain/feature.ts";
import { fromEvent, readEventFeature } from "../../src/features/event-features.ts";
import { loadCatalogue } from "../../src/features/load-catalogue.ts";

function catalogueOf(features: object) {
  const problems: unknown[] = [];
  const catalogue = loadCatalogue("features.json", JSON.stringify({ sources: {}, features }), problems as never[], []);
  if (catalogue === undefined) throw new Error(JSON.stringify(problems));
  return catalogue;
}

const eventOf = (attributes: Record<string, Json>) => ({ requestId: "r", occurredAtMs: 7, attributes });

function read(feature: object, attributes: Record<string, Json>) {
  const catalogue = catalogueOf({ f: { from: "request", path: "a.b", ...feature } });
  return readEventFeature(catalogue.features.get("f")!, eventOf(attributes));
}

const refusal = (description: string) => ({ field: "event.a.b", description });

describe("a feature of the event", () => {
  const cases: readonly [name: string, feature: object, attributes: Record<string, Json>, expected: unknown][] = [
    ["is read from where its path leads", { type: "double" }, { a: { b: 1.5 } }, 1.5],
    ["may be an empty text", { type: "string" }, { a: { b: "" } }, ""],
    ["may be false", { type: "boolean" }, { a: { b: false } }, false],
    ["is not found where there is none", { type: "double" }, { a: {} }, Missing.not_found],
    ["is not found where the path ends early", { type: "double" }, { a: 5 }, Missing.not_found],
    ["is not found in what every object inherits", { type: "string", path: "constructor.name" }, {}, Missing.not_found],
    ["is null where the event says so", { type: "double" }, { a: { b: null } }, Missing.null],
    ["may be a time in ISO 8601", { type: "timestamp" }, { a: { b: "1970-01-01T00:00:01Z" } }, 1000],
    ["may be a time with an offset", { type: "timestamp" }, { a: { b: "1970-01-01T01:00:01.5+01:00" } }, 1500],
    ["may be a time in milliseconds", { type: "timestamp" }, { a: { b: 1000 } }, 1000],
    [
      "is refused when it is required and missing",
      { type: "double", required: true },
      {},
      refusal("is required (a finite number), but is missing"),
    ],
    [
      "is refused when it is required and null",
      { type: "string", required: true },
      { a: { b: null } },
      refusal("is required (a string), but is null"),
    ],
    [
      "is refused as a text for a number",
      { type: "double" },
      { a: { b: "1" } },
      refusal("must be a finite number, but is a string"),
    ],
    [
      "is refused as a fraction for a whole number",
      { type: "integer" },
      { a: { b: 1.5 } },
      refusal("must be a whole number, but is a number that does not fit"),
    ],
    [
      "is refused as a number for a text",
      { type: "string" },
      { a: { b: 1 } },
      refusal("must be a string, but is a number"),
    ],
    ["is refused as a list", { type: "string" }, { a: { b: ["secret"] } }, refusal("must be a string, but is a list")],
    [
      "is refused as an object",
      { type: "boolean" },
      { a: { b: { secret: 1 } } },
      refusal("must be a boolean, but is an object"),
    ],
    [
      "is refused as a time that is none",
      { type: "timestamp" },
      { a: { b: "soon" } },
      refusal("must be an ISO 8601 time or milliseconds since 1970, but is a string"),
    ],
    [
      "is refused as a text too long",
      { type: "string", maxLength: 2 },
      { a: { b: "abc" } },
      refusal("has 3 characters, at most 2 are allowed"),
    ],
    ["may be a text as long as allowed", { type: "string", maxLength: 2 }, { a: { b: "ab" } }, "ab"],
  ];
  for (const [name, feature, attributes, expected] of cases)
    it(name, () => assert.deepEqual(read(feature, attributes), expected));
});

describe("a value computed from the event alone", () => {
  const catalogue = catalogueOf({
    amount: { from: "request", path: "amount", type: "double" },
    rate: { from: "request", path: "rate", type: "double", onMissing: { default: 2 } },
    converted: { expr: "amount * rate", type: "double" },
    inverse: { expr: "1.0 / amount", type: "double", onMissing: { default: -1 } },
    hour: { expr: "occurred_at.getHours()", type: "integer" },
  });
  const value = (name: string, attributes: Record<string, Json>) =>
    fromEvent(catalogue.features.get(name)!, catalogue)(eventOf(attributes));

  it("is that of the attribute, the time, or an expression of them", () => {
    assert.equal(value("amount", { amount: 3 }), 3);
    assert.equal(value("occurred_at", {}), 7);
    assert.equal(value("converted", { amount: 3, rate: 4 }), 12);
    assert.equal(value("hour", {}), 0);
  });

  it("is none where the event does not give it", () => {
    assert.equal(value("amount", {}), undefined);
    assert.equal(value("amount", { amount: null }), undefined);
    assert.equal(value("converted", {}), undefined);
  });

  it("is the stand-in where the context would have it, so that a dry run sees what would be counted", () => {
    assert.equal(value("rate", {}), 2);
    assert.equal(value("converted", { amount: 3 }), 6);
    assert.equal(value("inverse", { amount: 0 }), -1);
    assert.equal(value("inverse", {}), -1);
  });
});

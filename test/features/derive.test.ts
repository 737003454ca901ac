import assert from "node:assert/strict";
import fc from "fast-check";
import { type FeatureType, type FeatureValue, type Fetched, hasType, Missing } from "../../src/domain/feature.ts";
import { derivationCompiler } from "../../src/features/derive.ts";
import { runs } from "../support/property.ts";

const types = new Map<string, FeatureType>([
  ["amount", "double"],
  ["mean", "double"],
  ["count", "integer"],
  ["country", "string"],
  ["known", "boolean"],
  ["at", "timestamp"],
]);
const compile = derivationCompiler(types);

function derive(expression: string, type: FeatureType, values: Readonly<Record<string, FeatureValue>>): Fetched {
  const derivation = compile(expression, type);
  if (!("evaluate" in derivation)) throw new Error(derivation.message);
  return derivation.evaluate(derivation.inputs.map((name) => values[name]!));
}

describe("a derived feature", () => {
  const good: readonly [string, FeatureType, Record<string, FeatureValue>, FeatureValue][] = [
    ["amount / mean", "double", { amount: 3, mean: 2 }, 1.5],
    ["mean > 0.0 ? amount / mean : 0.0", "double", { amount: 3, mean: 0 }, 0],
    ["double(count) * amount", "double", { amount: 1.5, count: 2 }, 3],
    ["count + 1", "integer", { count: 2 }, 3],
    ["count % 2 == 0 && known", "boolean", { count: 4, known: true }, true],
    ["country.startsWith('F')", "boolean", { country: "FR" }, true],
    ["country + '!'", "string", { country: "FR" }, "FR!"],
    ["at.getHours() < 6", "boolean", { at: Date.UTC(2026, 0, 7, 5, 59) }, true],
    ["distanceKm('0,0', country) > 111.1 && distanceKm('0,0', country) < 111.3", "boolean", { country: "1,0" }, true],
    ["localTime(at, 'Europe/Berlin').getHours()", "integer", { at: Date.UTC(2026, 6, 7, 22, 30) }, 0],
    [
      "localTime(at, country).getDayOfWeek()",
      "integer",
      { at: Date.UTC(2026, 10, 22, 12), country: "Pacific/Auckland" },
      1,
    ],
    ["country.matchesRe2('^[A-Z]{2}$')", "boolean", { country: "FR" }, true],
    ["at + duration('1h')", "timestamp", { at: 0 }, 3_600_000],
    ["['FR', 'DE'].exists(known_country, known_country == country)", "boolean", { country: "DE" }, true],
  ];
  for (const [expression, type, values, expected] of good)
    it(`is computed: ${expression}`, () => assert.equal(derive(expression, type, values), expected));

  it("reads only the features it names, each once", () => {
    const derivation = compile("amount > mean ? amount : amount + 1.0", "double");
    assert.deepEqual("inputs" in derivation && derivation.inputs, ["amount", "mean"]);
  });

  const absent: readonly [name: string, expression: string, FeatureType, Record<string, FeatureValue>][] = [
    ["a division by zero", "amount / mean", "double", { amount: 1, mean: 0 }],
    ["zero by zero", "amount / mean", "double", { amount: 0, mean: 0 }],
    ["a whole division by zero", "count / 0", "integer", { count: 1 }],
    ["an infinity", "amount * mean", "double", { amount: 1e308, mean: 1e308 }],
    ["a whole number that overflows", "count * 9223372036854775807", "integer", { count: 3 }],
    ["a distance to no place", "distanceKm('0,0', country)", "double", { country: "FR" }],
    ["a time zone that does not exist", "localTime(at, country).getHours()", "integer", { at: 0, country: "Nowhere" }],
    ["a pattern that cannot be read", "country.matchesRe2(country)", "boolean", { country: "(" }],
    ["a text that is no number", "double(country)", "double", { country: "x" }],
    ["a time that does not exist", "timestamp(country)", "timestamp", { country: "yesterday" }],
    ["an index beyond a list", "[1.0][count]", "double", { count: 5 }],
  ];
  for (const [name, expression, type, values] of absent)
    it(`is missing after ${name}`, () => assert.equal(derive(expression, type, values), Missing.error));

  const wrong: readonly [expression: string, FeatureType, message: RegExp, offset: number][] = [
    ["amount + ", "double", /Unexpected token: EOF/, 9],
    ["amount + count", "double", /no such overload: double \+ int/, 0],
    ["1.0 + amont", "double", /Unknown variable: amont/, 6],
    ["known && country.matches('^(a+)+$')", "boolean", /matchesRe2/, 9],
    ["at.getHours('Europe/Vienna')", "integer", /localTime\(time, 'Europe\/Berlin'\)\.getHours\(\)/, 0],
    ["localTime(at, 'Europe/Vinna').getHours()", "integer", /no time zone "Europe\/Vinna"/, 0],
    ["at > timestamp('2026-02-30T00:00:00Z')", "boolean", /"2026-02-30T00:00:00Z" is not a time/, 5],
    ["count + int('')", "integer", /an empty text is no number/, 8],
    ["count + int('x')", "integer", /int\('x'\) fails for every event/, 8],
    ["at + duration('5 minutes')", "timestamp", /duration\('5 minutes'\) fails for every event/, 5],
    ["'a'.matchesRe2('(')", "boolean", /fails for every event/, 0],
    ["known", "double", /gives bool, but the feature is declared double/, 0],
    ["amount > 'x'", "boolean", /no such overload: double > string/, 0],
    [`${"(".repeat(200)}1${")".repeat(200)}`, "integer", /depth/i, 50],
  ];
  for (const [expression, type, message, offset] of wrong) {
    it(`is refused at its place: ${expression.slice(0, 20)}`, () => {
      const error = compile(expression, type);
      assert.ok("message" in error, "compiled");
      assert.match(error.message, message);
      assert.equal(error.offset, offset);
    });
  }

  it("is a value of its type or missing, and never an exception, for any expression and values", () => {
    const scrap = fc.constantFrom(
      ..."+-*/%<>()[]?:!.,",
      ...["&&", "==", " ", "1", "0", "1.0", "'x'", "size", "double(", "int(", "string(", "duration('1h')", "null"],
      ...types.keys(),
    );
    const whole = fc.constantFrom(
      "amount / mean",
      "amount - mean * amount",
      "count / count",
      "count * count",
      "count - count",
      "-count",
      "double(count) / amount",
      "int(amount)",
      "int(mean / amount)",
      "at + duration('999999h')",
      "at - duration('999999h')",
      "at.getFullYear()",
      "string(at)",
      "int(country)",
      "double(country)",
      "timestamp(country)",
      "timestamp(count)",
      "size(country)",
      "country.matches(country)",
      "country[0]",
      "count % 3",
      "[amount, mean][count]",
      "{'a': amount}[country]",
    );
    const expression = fc.oneof(
      whole,
      fc.array(scrap, { maxLength: 8 }).map((parts) => parts.join("")),
      fc.string(),
    );
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 1, 1e308, 5e-324),
    );
    const values = fc.record({
      amount: number,
      mean: number,
      count: fc.oneof(fc.maxSafeInteger(), fc.nat(3)),
      country: fc.oneof(fc.string(), fc.constantFrom("1", "-1e400", "(", "2026-01-07T10:00:00Z")),
      known: fc.boolean(),
      at: fc.integer({ min: -8.64e15, max: 8.64e15 }),
    });
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom<FeatureType>("double", "integer", "string", "boolean", "timestamp"),
        values,
        (text, type, given) => {
          const derivation = compile(text, type);
          if (!("evaluate" in derivation)) {
            assert.ok(derivation.message.length > 0 && derivation.offset >= 0 && derivation.offset <= text.length);
            return;
          }
          const value = derivation.evaluate(derivation.inputs.map((name) => given[name as keyof typeof given]));
          assert.ok(value instanceof Missing || hasType(value, type), `${text} gave ${String(value)}`);
        },
      ),
      runs(3000),
    );
  });
});

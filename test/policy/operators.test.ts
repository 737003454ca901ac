import assert from "node:assert/strict";
import { customOperators } from "../../src/policy/operators/custom.ts";
import { isRefusal } from "../../src/policy/operators/operator.ts";

/** The operator with this value passes these facts, and not those. */
interface Case {
  readonly operator: string;
  readonly value: unknown;
  readonly passes: readonly unknown[];
  readonly fails: readonly unknown[];
}

const at = (text: string) => Date.parse(text);

const cases: readonly Case[] = [
  { operator: "startsWith", value: "45", passes: ["45", "4571"], fails: ["", "4", "145", 45, true] },
  { operator: "matches", value: "^[A-Z]{2}[0-9]+$", passes: ["DE1"], fails: ["de1", "DE", "xDE1", 1] },
  { operator: "matches", value: "b", passes: ["abc"], fails: ["a"] },
  { operator: "matches", value: "(?i)^caf\u00e9$", passes: ["CAF\u00c9"], fails: ["cafe"] },
  { operator: "between", value: [1, 2], passes: [1, 1.5, 2], fails: [0.999, 2.001, "1.5", Number.NaN] },
  { operator: "between", value: [-1, -1], passes: [-1], fails: [0] },
  {
    operator: "withinKm",
    value: { latitude: 52.52, longitude: 13.405, km: 30 },
    // Potsdam; Leipzig; no places.
    passes: ["52.39,13.06", " 52.52 , 13.405 "],
    fails: ["51.34,12.37", "", "52.52", "91,0", "a,b", 52.52],
  },
  {
    operator: "withinKm",
    value: { latitude: 0, longitude: 179.9, km: 50 },
    passes: ["0,-179.9"],
    fails: ["0,0"],
  },
  {
    operator: "before",
    value: "2026-11-01T00:00:00+01:00",
    passes: [at("2026-10-31T22:59:59.999Z")],
    fails: [at("2026-10-31T23:00:00Z"), "2026"],
  },
  { operator: "after", value: 1_000, passes: [1_001], fails: [1_000, 999] },
  {
    operator: "timeOfDayBetween",
    value: { from: "22:00", to: "06:00", zone: "Europe/Berlin" },
    // 21:00 UTC is 22:00 in Berlin in winter and 23:00 in summer.
    passes: [at("2026-01-07T21:00:00Z"), at("2026-07-07T20:00:00Z"), at("2026-01-08T04:59:59.999Z")],
    fails: [at("2026-01-07T20:59:59.999Z"), at("2026-01-08T05:00:00Z"), at("2026-07-07T19:59:00Z"), "22:30"],
  },
  {
    operator: "timeOfDayBetween",
    value: { from: "09:00", to: "09:01" },
    passes: [at("1969-12-31T09:00:59.999Z")],
    fails: [at("2026-01-01T09:01:00Z"), at("2026-01-01T08:59:59Z")],
  },
  {
    operator: "dateBetween",
    value: { from: "2026-11-27", to: "2026-11-30", zone: "America/New_York" },
    passes: [at("2026-11-27T05:00:00Z"), at("2026-12-01T04:59:59.999Z")],
    fails: [at("2026-11-27T04:59:59Z"), at("2026-12-01T05:00:00Z")],
  },
  {
    operator: "dayOfWeekIn",
    value: { days: ["sat", "sun"] },
    passes: [at("2026-11-21T00:00:00Z"), at("2026-11-22T23:59:59Z"), at("1969-12-28T12:00:00Z")],
    fails: [at("2026-11-20T23:59:59Z"), at("2026-11-23T00:00:00Z"), "sat"],
  },
  {
    operator: "dayOfWeekIn",
    value: { days: ["mon"], zone: "Pacific/Auckland" },
    passes: [at("2026-11-22T11:00:00Z")],
    fails: [at("2026-11-22T10:59:00Z")],
  },
];

/** Values an operator refuses, with what it says. */
const refusals: readonly [operator: string, value: unknown, message: RegExp][] = [
  ["startsWith", "", /needs a text/],
  ["startsWith", 4571, /needs a text/],
  ["matches", "(?=x)", /cannot be read/],
  ["matches", "(a", /cannot be read/],
  ["matches", "a".repeat(1001), /1 to 1000 characters/],
  ["between", [1], /two numbers/],
  ["between", [2, 1], /nothing is between 2 and 1/],
  ["between", ["1", "2"], /two numbers/],
  ["between", [1, 2, 3], /two numbers/],
  ["withinKm", { latitude: 91, longitude: 0, km: 1 }, /no place/],
  ["withinKm", { latitude: 1, longitude: 0, km: 0 }, /more than 0/],
  ["withinKm", { latitude: 1, longitude: 0 }, /a place and a distance/],
  ["withinKm", { latitude: "1", longitude: 0, km: 1 }, /are numbers/],
  ["before", "yesterday", /needs a time/],
  ["after", true, /needs a time/],
  ["timeOfDayBetween", { from: "9:00", to: "10:00" }, /"22:00"/],
  ["timeOfDayBetween", { from: "24:00", to: "10:00" }, /"22:00"/],
  ["timeOfDayBetween", { from: "10:00", to: "10:00" }, /no time is between/],
  ["timeOfDayBetween", { from: "10:00", to: "11:00", zone: "Europe/Berlim" }, /no time zone "Europe\/Berlim"/],
  ["timeOfDayBetween", { from: "10:00", to: "11:00", zones: "UTC" }, /may have a zone/],
  ["dateBetween", { from: "2026-02-30", to: "2026-03-01" }, /"2026-11-27"/],
  ["dateBetween", { from: "2026-03-02", to: "2026-03-01" }, /after the last/],
  ["dayOfWeekIn", { days: [] }, /at least one/],
  ["dayOfWeekIn", { days: ["saturday"] }, /no day "saturday"/],
];

function prepare(operator: string, value: unknown) {
  return customOperators.get(operator)!.prepare(value);
}

describe("an operator", () => {
  for (const { operator, value, passes, fails } of cases)
    it(`${operator} ${JSON.stringify(value)} passes what it should and nothing else`, () => {
      const prepared = prepare(operator, value);
      assert.ok(!isRefusal(prepared));
      assert.deepEqual([...passes, ...fails].filter(prepared), passes);
    });

  for (const [operator, value, message] of refusals)
    it(`${operator} refuses ${JSON.stringify(value).slice(0, 60)}`, () => {
      const prepared = prepare(operator, value);
      assert.ok(isRefusal(prepared));
      assert.match(`${prepared.message}; ${prepared.fix}`, message);
    });

  for (const { name, example, prepare: prepareValue } of customOperators.values())
    it(`${name} takes its own example`, () => assert.ok(!isRefusal(prepareValue(example))));

  it("matches in time that grows with the text alone", () => {
    const prepared = prepare("matches", "(a+)+$");
    assert.ok(!isRefusal(prepared));
    // A backtracking engine would not end.
    assert.equal(prepared(`${"a".repeat(50_000)}!`), false);
  });
});

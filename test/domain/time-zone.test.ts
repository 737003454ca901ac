import assert from "node:assert/strict";
import fc from "fast-check";
import { localTimeIn } from "../../src/domain/time-zone.ts";
import { runs } from "../support/property.ts";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Pacific/Auckland",
  "America/St_Johns",
  "Asia/Kathmandu",
];

describe("local time", () => {
  const cases: readonly [zone: string, at: string, local: string][] = [
    ["Europe/Berlin", "2026-03-29T00:59:59.999Z", "2026-03-29T01:59:59.999Z"],
    ["Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"],
    ["Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z"],
    ["Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"],
    ["Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T05:45:00Z"],
    ["America/New_York", "1969-12-31T23:59:59.001Z", "1969-12-31T18:59:59.001Z"],
    ["Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59Z"],
    ["Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00Z"],
    ["Europe/Berlin", "0044-03-15T12:00:00Z", "0044-03-15T12:53:28Z"],
  ];
  for (const [zone, at, local] of cases)
    it(`of ${at} in ${zone} is ${local}`, () =>
      assert.equal(new Date(localTimeIn(zone)!(Date.parse(at))).toISOString(), new Date(local).toISOString()));

  for (const zone of ["", "Europe/Berlim", "+01:00", "constructor", "Europe/../Berlin"])
    it(`there is none in ${JSON.stringify(zone)}`, () => assert.equal(localTimeIn(zone), undefined));

  it("is none beyond what a Date holds", () => {
    for (const at of [8.7e15, -8.7e15, Number.NaN, Number.POSITIVE_INFINITY])
      assert.ok(Number.isNaN(localTimeIn("Europe/Berlin")!(at)));
  });

  it("reads as the platform's own clock of the zone", () => {
    const at = fc.date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...zones), at, (zone, date) => {
        const shown = date.toLocaleString("sv-SE", { timeZone: zone });
        const local = new Date(localTimeIn(zone)!(date.getTime())).toISOString();
        assert.equal(local.slice(0, 19).replace("T", " "), shown);
      }),
      runs(500),
    );
  });
});

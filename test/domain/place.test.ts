import assert from "node:assert/strict";
import fc from "fast-check";
import { distanceKm, parsePlace } from "../../src/domain/place.ts";
import { runs } from "../support/property.ts";

const place = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const halfRoundKm = Math.PI * 6371.0088;

describe("a place", () => {
  const texts: readonly [text: string, place: object | undefined][] = [
    ["52.52,13.405", { latitude: 52.52, longitude: 13.405 }],
    [" -33.9 , +151.2 ", { latitude: -33.9, longitude: 151.2 }],
    ["90,180", { latitude: 90, longitude: 180 }],
    ["90.1,0", undefined],
    ["0,180.1", undefined],
    ["52.52", undefined],
    ["52.52,13.405,34", undefined],
    ["N52,E13", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of texts)
    it(`${expected === undefined ? "is not" : "is"} ${JSON.stringify(text)}`, () =>
      assert.deepEqual(parsePlace(text), expected));

  it("is as far from another as the other from it, and no farther than half way round", () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        const km = distanceKm(from, to);
        assert.ok(km >= 0 && km <= halfRoundKm + 1e-6);
        assert.ok(Math.abs(km - distanceKm(to, from)) < 1e-6);
      }),
      runs(300),
    );
  });

  it("is a quarter round from the pole to the equator, and nowhere from itself", () => {
    assert.ok(
      Math.abs(distanceKm({ latitude: 90, longitude: 7 }, { latitude: 0, longitude: 40 }) - halfRoundKm / 2) < 1e-6,
    );
    assert.equal(distanceKm({ latitude: 52.5, longitude: 13.4 }, { latitude: 52.5, longitude: 13.4 }), 0);
  });
});

import { distanceKm, isPlace, parsePlace } from "../../domain/place.ts";
import { hasKeys } from "./keys.ts";
import type { CustomOperator } from "./operator.ts";

const withinKm: CustomOperator = {
  name: "withinKm",
  types: ["string"],
  comparesFacts: false,
  value: 'a place and a distance in kilometres; the feature is a text "latitude,longitude"',
  example: { latitude: 52.52, longitude: 13.405, km: 50 },
  shape: {
    type: "object",
    properties: {
      latitude: { type: "number", minimum: -90, maximum: 90, description: "degrees north of the equator" },
      longitude: { type: "number", minimum: -180, maximum: 180, description: "degrees east of Greenwich" },
      km: { type: "number", exclusiveMinimum: 0, description: "the distance in kilometres" },
    },
    required: ["latitude", "longitude", "km"],
    additionalProperties: false,
  },
  words: ["is within", "is not within"],
  cost: 20,
  prepare(value) {
    const refusal = (message: string) => ({
      message,
      fix: 'write {"latitude": 52.52, "longitude": 13.405, "km": 50}; for the distance of two features derive one with distanceKm(a, b)',
    });
    if (!hasKeys(value, ["latitude", "longitude", "km"])) return refusal('"withinKm" needs a place and a distance');
    const { latitude, longitude, km } = value;
    if (typeof latitude !== "number" || typeof longitude !== "number" || typeof km !== "number")
      return refusal("latitude, longitude and km are numbers");
    const place = { latitude, longitude };
    if (!isPlace(place)) return refusal(`there is no place at latitude ${latitude}, longitude ${longitude}`);
    if (km <= 0) return refusal("km must be more than 0");
    return (actual) => {
      const there = typeof actual === "string" ? parsePlace(actual) : undefined;
      return there !== undefined && distanceKm(place, there) <= km;
    };
  },
};

export const placeOperators: readonly CustomOperator[] = [withinKm];

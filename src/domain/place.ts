/** A point on the Earth in degrees, WGS 84. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius of the Earth (IUGG), kilometres. */
const earthRadiusKm = 6371.0088;

/** Reads `"latitude,longitude"`, such as `"52.52,13.405"`. @returns undefined if it is no place. */
export function parsePlace(text: string): Place | undefined {
  const found = /^\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*$/.exec(text);
  if (found === null) return undefined;
  const place = { latitude: Number(found[1]), longitude: Number(found[2]) };
  return isPlace(place) ? place : undefined;
}

export function isPlace({ latitude, longitude }: Place): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/** Great-circle distance by the haversine formula, in kilometres; off by up to 0.5 %, the Earth being no sphere. */
export function distanceKm(from: Place, to: Place): number {
  const lat = radians(to.latitude - from.latitude);
  const lon = radians(to.longitude - from.longitude);
  const h =
    Math.sin(lat / 2) ** 2 + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(lon / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

import type { FieldViolation } from "../domain/errors.ts";
import type { Event, Json } from "../domain/event.ts";
import { type FeatureType, type FeatureValue, type Fetched, hasType, Missing } from "../domain/feature.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import type { Catalogue, FeatureSpec } from "./catalogue.ts";

/**
 * The value of a feature that comes with the event itself.
 * @returns a violation if the attribute is there with a wrong type or too long, or is required and absent.
 */
export function readEventFeature(feature: FeatureSpec, event: Event): Fetched | FieldViolation {
  const { origin, type } = feature;
  if (origin.kind === "occurred_at") return event.occurredAtMs;
  if (origin.kind !== "event") throw new Error(`${feature.name} does not come with the event`);
  const value = resolve(event.attributes, origin.path);
  const field = `event.${origin.path.join(".")}`;
  if (value === undefined || value === null) {
    if (origin.required)
      return { field, description: `is required (${typeNames[type]}), but is ${value === null ? "null" : "missing"}` };
    return value === null ? Missing.null : Missing.not_found;
  }
  const converted = type === "timestamp" && typeof value === "string" ? parseIsoTimestamp(value) : value;
  if (!hasType(converted, type)) return { field, description: `must be ${typeNames[type]}, but is ${shown(value)}` };
  if (typeof converted === "string" && converted.length > origin.maxLength) {
    return { field, description: `has ${converted.length} characters, at most ${origin.maxLength} are allowed` };
  }
  return converted;
}

const typeNames: Readonly<Record<FeatureType, string>> = {
  double: "a finite number",
  integer: "a whole number",
  string: "a string",
  boolean: "a boolean",
  timestamp: "an ISO 8601 time or milliseconds since 1970",
};

function resolve(attributes: Event["attributes"], path: readonly string[]): Json | undefined {
  let value: Json | undefined = attributes;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, Json>>)[step];
  }
  return value;
}

/** The kind of a wrong value, never the value itself: it may be personal data, and errors are logged by callers. */
function shown(value: Json): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "number" && !Number.isSafeInteger(value) ? "a number that does not fit" : `a ${typeof value}`;
}

/**
 * A function that computes a feature from the event alone, as a context would hold it: a stand-in takes the place of what
 * is missing. Undefined where the event does not give it.
 */
export function fromEvent(feature: FeatureSpec, catalogue: Catalogue): (event: Event) => FeatureValue | undefined {
  const { origin, standIn } = feature;
  if (origin.kind !== "derived") {
    return (event) => {
      const value = readEventFeature(feature, event);
      return typeof value === "object" ? standIn : value;
    };
  }
  const { inputs, evaluate } = origin.derivation;
  const readers = inputs.map((name) => fromEvent(catalogue.features.get(name)!, catalogue));
  return (event) => {
    const values = readers.map((read) => read(event));
    if (!values.every((value) => value !== undefined)) return standIn;
    const value = evaluate(values);
    return value instanceof Missing ? standIn : value;
  };
}

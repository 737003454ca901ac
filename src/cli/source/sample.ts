import { InvalidArgumentError } from "commander";
import type { Event, Json } from "../../domain/event.ts";
import { type FeatureType, type FeatureValue, hasType } from "../../domain/feature.ts";
import { didYouMean } from "../../domain/suggest.ts";
import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import type { Catalogue, FeatureSpec } from "../../features/catalogue.ts";

/** Features by name, as they were given: texts of the command line, or JSON. */
export type Given = Readonly<Record<string, Json>>;

/** A made-up event, and the catalogue in which it brings the given features, wherever they come from otherwise. */
export interface Sample {
  readonly event: Event;
  readonly catalogue: Catalogue;
}

/** Collects `--key feature=value`, which may be given again and again. */
export function collectKey(text: string, before: Given = {}): Given {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write FEATURE=VALUE, such as customer_id=42.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/**
 * @param attributes of the event.
 * @throws saying which feature is unknown, or what value does not fit its type.
 */
export function makeSample(catalogue: Catalogue, { given = {}, attributes = {}, occurredAtMs }: SampleParts): Sample {
  const features = new Map([...catalogue.features].map(([name, feature]) => [name, optional(feature)]));
  const all: Record<string, Json> = { ...attributes };
  for (const [name, value] of Object.entries(given)) {
    const feature = features.get(name);
    if (feature === undefined) {
      const hint = didYouMean(name, features.keys()) ?? `the catalogue has ${[...features.keys()].join(", ")}`;
      throw new Error(`there is no feature ${name}; ${hint}`);
    }
    // No attribute of an event that is read by another feature is of such a name.
    const attribute = `given feature ${name}`;
    all[attribute] = typedValue(value, feature);
    features.set(name, {
      ...feature,
      origin: { kind: "event", path: [attribute], required: false, maxLength: Number.POSITIVE_INFINITY },
    });
  }
  const event = { requestId: "verdict-source", occurredAtMs, attributes: all };
  return { event, catalogue: { ...catalogue, features } };
}

interface SampleParts {
  readonly given?: Given | undefined;
  readonly attributes?: Readonly<Record<string, Json>> | undefined;
  readonly occurredAtMs: number;
}

/** What is not there only keeps its sources from being asked. */
function optional(feature: FeatureSpec): FeatureSpec {
  const { origin } = feature;
  return origin.kind === "event" ? { ...feature, origin: { ...origin, required: false } } : feature;
}

/** Text in the form of its feature's type; JSON as it is. @throws if it does not fit. */
function typedValue(given: Json, { name, type }: FeatureSpec): FeatureValue {
  const value = typeof given === "string" ? parse(given, type) : given;
  if (hasType(value, type)) return value;
  throw new Error(`the value given for ${name} is not ${forms[type]}`);
}

const forms: Readonly<Record<FeatureType, string>> = {
  double: "a number",
  integer: "a whole number",
  string: "a string",
  boolean: "true or false",
  timestamp: "an ISO 8601 time or milliseconds since 1970",
};

function parse(text: string, type: FeatureType): unknown {
  if (type === "string") return text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  const time = type === "timestamp" ? parseIsoTimestamp(text) : undefined;
  return time ?? (text.trim() === "" ? undefined : Number(text));
}

import type { FeatureType } from "../../domain/feature.ts";
import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import type { Leaf } from "../condition.ts";
import { isNumeric, type Restriction } from "./values.ts";

/** What a comparison says about the fact's value; `opaque` where nothing is worked out about it. */
export type Meaning = Restriction | "opaque";

/** What must hold for a comparison with a fixed value to be true (`holds`), or false, of a present feature. */
export function meaningOf(leaf: Leaf, type: FeatureType, holds: boolean): Meaning {
  const { base, decorators } = operatorOf(leaf.operator);
  if (decorators.includes("swap")) return "opaque";
  const negations = decorators.filter((each) => each === "not").length;
  // A list is asked for on the side of the fact, where there never is one: what stands after it does not matter.
  const asksList = decorators.findIndex((each) => each === "someFact" || each === "everyFact");
  if (asksList >= 0) {
    const before = decorators.slice(0, asksList);
    return before.every((each) => each === "not") ? constant((before.length % 2 === 1) === holds) : "opaque";
  }
  if (negations < decorators.length) return "opaque";
  return plainMeaning(base, leaf.value, type, holds !== (negations % 2 === 1));
}

/** An operator and its decorators, outermost first. */
export function operatorOf(operator: string): { base: string; decorators: readonly string[] } {
  const parts = operator.split(":");
  return { base: parts.at(-1)!, decorators: parts.slice(0, -1) };
}

function plainMeaning(base: string, value: unknown, type: FeatureType, holds: boolean): Meaning {
  switch (base) {
    case "equal":
      return among([value], holds);
    case "notEqual":
      return among([value], !holds);
    case "in":
      return among(value as readonly unknown[], holds);
    case "notIn":
      return among(value as readonly unknown[], !holds);
    case "between":
      return holds ? range(value as readonly [number, number]) : "opaque";
    case "before":
    case "after":
      return numericMeaning(base === "before" ? "lessThan" : "greaterThan", momentOf(value), type, holds);
    case "contains":
    case "doesNotContain":
      return constant(!holds);
    default:
      return numericMeaning(base, value, type, holds);
  }
}

function numericMeaning(base: string, value: unknown, type: FeatureType, holds: boolean): Meaning {
  if (type === "boolean") return constant(!holds);
  if (!isNumeric(type) || typeof value !== "number") return "opaque";
  switch (base) {
    case "greaterThan":
      return holds ? { low: { at: value, included: false } } : { high: { at: value, included: true } };
    case "greaterThanInclusive":
      return holds ? { low: { at: value, included: true } } : { high: { at: value, included: false } };
    case "lessThan":
      return holds ? { high: { at: value, included: false } } : { low: { at: value, included: true } };
    case "lessThanInclusive":
      return holds ? { high: { at: value, included: true } } : { low: { at: value, included: false } };
    default:
      return "opaque";
  }
}

function range([low, high]: readonly [number, number]): Restriction {
  return { low: { at: low, included: true }, high: { at: high, included: true } };
}

function momentOf(value: unknown): unknown {
  return typeof value === "string" ? parseIsoTimestamp(value) : value;
}

function among(values: readonly unknown[], holds: boolean): Restriction {
  return holds ? { only: values } : { except: values };
}

/** Met by every value, or by none. */
function constant(met: boolean): Restriction {
  return met ? {} : { only: [] };
}

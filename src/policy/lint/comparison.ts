import type { FeatureType } from "../../domain/feature.ts";
import type { Leaf } from "../condition.ts";
import { isNumeric, type Restriction } from "./values.ts";

/** What a comparison says about the fact's value; `opaque` where nothing is worked out about it. */
export type Meaning = Restriction | "opaque";

/**
 * What must hold for a comparison with a fixed value to be true (`holds`), or false, of a present feature.
 * @param leaf one that `rewrite` leaves as it is.
 */
export function meaningOf({ operator, value }: Leaf, type: FeatureType, holds: boolean): Meaning {
  const {
    base,
    decorators: [outermost],
  } = operatorOf(operator);
  // A list is asked for on the side of the fact, where there never is one: what stands after it does not matter.
  if (outermost === "someFact" || outermost === "everyFact") return constant(!holds);
  if (outermost !== undefined) return "opaque";
  switch (base) {
    case "equal":
      return among([value], holds);
    case "notEqual":
      return among([value], !holds);
    case "in":
      return among(value as readonly unknown[], holds);
    case "notIn":
      return among(value as readonly unknown[], !holds);
    case "startsWith":
      return type === "string" ? beginning(String(value), holds) : "opaque";
    case "contains":
    case "doesNotContain":
      return constant(!holds);
    default:
      return numericMeaning(base, value, type, holds);
  }
}

/** An operator and its decorators, outermost first. */
export function operatorOf(operator: string): { base: string; decorators: readonly string[] } {
  const parts = operator.split(":");
  return { base: parts.at(-1)!, decorators: parts.slice(0, -1) };
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

function among(values: readonly unknown[], holds: boolean): Restriction {
  return holds ? { only: values } : { except: values };
}

function beginning(text: string, holds: boolean): Restriction {
  return holds ? { beginning: text } : { otherBeginning: text };
}

/** Met by every value, or by none. */
function constant(met: boolean): Restriction {
  return met ? {} : { only: [] };
}

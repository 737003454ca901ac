import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import type { Condition, Leaf } from "../condition.ts";
import { dayMs } from "../operators/time.ts";

/**
 * A comparison as a condition over simpler ones that is true, false and unknown wherever it is; undefined where it is
 * as simple as it gets. Takes away one decorator at a time, and makes intervals of what speaks of one.
 */
export function rewrite(leaf: Leaf): Condition | undefined {
  const { operator, value, valueFact } = leaf;
  const colon = operator.indexOf(":");
  if (colon < 0) return valueFact === undefined ? asInterval(leaf) : undefined;
  const inner: Leaf = { ...leaf, operator: operator.slice(colon + 1) };
  const decorator = operator.slice(0, colon);
  if (decorator === "not") return { kind: "not", child: inner, label: undefined };
  const overValues = decorator === "someValue" || decorator === "everyValue";
  // Without any entries the answer is fixed where the feature is there, but unknown where it is not.
  if (!overValues || !Array.isArray(value) || value.length === 0) return undefined;
  return {
    kind: decorator === "someValue" ? "any" : "all",
    children: value.map((each): Leaf => ({ ...inner, value: each })),
    label: undefined,
  };
}

function asInterval(leaf: Leaf): Condition | undefined {
  const compare = (operator: string, value: number): Leaf => ({ ...leaf, operator, value });
  const both = (...children: readonly Leaf[]): Condition => ({ kind: "all", children, label: undefined });
  switch (leaf.operator) {
    case "between": {
      const [low, high] = leaf.value as readonly [number, number];
      return both(compare("greaterThanInclusive", low), compare("lessThanInclusive", high));
    }
    case "before":
      return compare("lessThan", momentOf(leaf.value));
    case "after":
      return compare("greaterThan", momentOf(leaf.value));
    case "dateBetween": {
      const { from, to, zone = "UTC" } = leaf.value as { from: string; to: string; zone?: string };
      // Elsewhere the clocks may be turned at midnight.
      if (zone !== "UTC") return undefined;
      return both(compare("greaterThanInclusive", momentOf(from)), compare("lessThan", momentOf(to) + dayMs));
    }
    default:
      return undefined;
  }
}

/** A time as written in a policy that loads, in milliseconds since 1970. */
export function momentOf(value: unknown): number {
  return typeof value === "number" ? value : parseIsoTimestamp(String(value))!;
}

import type { Condition } from "../condition.ts";

/**
 * A text that is the same for conditions that differ only in writing: order and repetition within all and any, groups of
 * one, groups within groups of their kind, double negation, labels, shared conditions or not. Equal texts mean equal
 * truths; conditions that are equal for deeper reasons may have different ones.
 */
export function canonical(condition: Condition): string {
  return JSON.stringify(normalise(condition));
}

type Normal = readonly [kind: string, ...parts: unknown[]];

function normalise(condition: Condition): Normal {
  switch (condition.kind) {
    case "leaf":
      return ["leaf", condition.fact, condition.operator, sortedKeys(condition.value)];
    case "not": {
      const child = normalise(condition.child);
      return child[0] === "not" ? (child[1] as Normal) : ["not", child];
    }
    default: {
      const { kind } = condition;
      const parts = condition.children
        .map(normalise)
        .flatMap((child) => (child[0] === kind ? child.slice(1) : [child]));
      const distinct = new Map(parts.map((part) => [JSON.stringify(part), part]));
      const sorted = [...distinct].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, part]) => part);
      return sorted.length === 1 ? (sorted[0] as Normal) : [kind, ...sorted];
    }
  }
}

/** Of `{"fact": …, "path": …}`; lists keep their order. */
function sortedKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
}

import type { CustomOperator } from "./operator.ts";

const between: CustomOperator = {
  name: "between",
  types: ["double", "integer"],
  comparesFacts: false,
  value: "a list of the lowest and the highest number that pass",
  example: [100, 500],
  shape: { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 },
  words: ["is between", "is not between"],
  cost: 1,
  prepare(value) {
    const refusal = (message: string) => ({ message, fix: "write the lowest and the highest number: [100, 500]" });
    const [low, high, ...rest] = Array.isArray(value) ? value : [];
    if (typeof low !== "number" || typeof high !== "number" || rest.length > 0)
      return refusal('"between" needs a list of two numbers');
    if (low > high) return refusal(`nothing is between ${low} and ${high}`);
    return (actual) => typeof actual === "number" && actual >= low && actual <= high;
  },
};

export const numberOperators: readonly CustomOperator[] = [between];

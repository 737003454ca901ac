import { evaluate, parse } from "cel-js";
import type { CelLibrary } from "../library.ts";
import { type Shown, show } from "../values.ts";

/** `cel-js`: no types before evaluation, and one kind of number. */
export const celJs: CelLibrary = {
  name: "cel-js",
  checks: false,
  tellsNumbersApart: false,
  compile(expression) {
    const parsed = parse(expression);
    if (!parsed.isSuccess) throw new Error(parsed.errors.join("; "));
    return { type: undefined, evaluate: (bindings) => evaluate(parsed.cst, bindings) };
  },
  show: showValue,
  offsetOf: () => undefined,
};

function showValue(value: unknown): Shown {
  if (typeof value === "number") return show.double(value);
  if (typeof value === "string") return show.string(value);
  if (typeof value === "boolean") return show.bool(value);
  if (value === null) return show.null();
  if (Array.isArray(value)) return show.list(value.map(showValue));
  if (typeof value === "object")
    return show.map(Object.entries(value).map(([key, item]) => [show.string(key), showValue(item)]));
  return `something else: ${String(value)}`;
}

import { Environment } from "@marcbachmann/cel-js";
import type { CelLibrary } from "../library.ts";
import { type Shown, show } from "../values.ts";

/** `@marcbachmann/cel-js`, used as our derived features use it: declared variables, checked types. */
export const marcbachmannCelJs: CelLibrary = {
  name: "@marcbachmann/cel-js",
  checks: true,
  tellsNumbersApart: true,
  compile(expression, types, checked) {
    const environment = new Environment({ unlistedVariablesAreDyn: !checked });
    for (const [name, type] of types) environment.registerVariable(name, type);
    const program = environment.parse(expression);
    if (!checked) return { type: undefined, evaluate: program };
    const { valid, type, error } = program.check();
    if (!valid) throw error;
    return { type, evaluate: program };
  },
  show: showValue,
  offsetOf: (error) => (error as { range?: { start: number } }).range?.start,
};

const UnsignedInt = new Environment().evaluate("0u").constructor;
const Duration = new Environment().evaluate("duration('0s')").constructor;
const Type = new Environment().evaluate("int").constructor;

function showValue(value: unknown): Shown {
  if (typeof value === "bigint") return show.int(value);
  if (typeof value === "number") return show.double(value);
  if (typeof value === "string") return show.string(value);
  if (typeof value === "boolean") return show.bool(value);
  if (value === null) return show.null();
  if (value instanceof Uint8Array) return show.bytes(value);
  if (Array.isArray(value)) return show.list(value.map(showValue));
  if (value instanceof Date) return showDate(value);
  if (value instanceof Map) return show.map([...value].map(([key, item]) => [showValue(key), showValue(item)]));
  if (value instanceof UnsignedInt) return show.uint((value as { value: bigint }).value);
  if (value instanceof Type) return show.type((value as { name: string }).name);
  if (value instanceof Duration) {
    const { seconds, nanos } = value as { seconds: bigint; nanos: number };
    return show.duration(seconds, nanos);
  }
  return show.map(Object.entries(value as object).map(([key, item]) => [show.string(key), showValue(item)]));
}

function showDate(date: Date): Shown {
  const seconds = Math.floor(date.getTime() / 1000);
  return show.timestamp(BigInt(seconds), (date.getTime() - seconds * 1000) * 1e6);
}

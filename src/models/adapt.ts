import { type FeatureValue, type Fetched, Missing } from "../domain/feature.ts";
import type { Manifest } from "./manifest-schema.ts";

type Input = Manifest["inputs"][number];

/** What the model gets for an input; undefined if it is missing and the model refuses to do without. */
export function inputValue({ missing }: Pick<Input, "missing">, value: Fetched | undefined): FeatureValue | undefined {
  if (value !== undefined && !(value instanceof Missing)) return value;
  if (missing === "refuse") return undefined;
  return missing === "nan" ? Number.NaN : missing.default;
}

/**
 * Writes one row of features into a tensor's row, in the manifest's order.
 * @returns the name of an input that is missing and that the model refuses to do without; undefined if all is well.
 */
export function adapt(
  inputs: readonly Input[],
  values: readonly Fetched[],
  row: Float32Array | Float64Array,
): string | undefined {
  for (const [at, input] of inputs.entries()) {
    const value = inputValue(input, values[at]);
    if (value === undefined) return input.name;
    row[at] = Number(value);
  }
  return undefined;
}

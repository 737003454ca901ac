import { type Fetched, Missing } from "../domain/feature.ts";
import type { Manifest } from "./manifest-schema.ts";

/**
 * Writes one row of features into a tensor's row, in the manifest's order.
 * @returns the name of an input that is missing and that the model refuses to do without; undefined if all is well.
 */
export function adapt(
  inputs: Manifest["inputs"],
  values: readonly Fetched[],
  row: Float32Array | Float64Array,
): string | undefined {
  for (const [at, input] of inputs.entries()) {
    const value = values[at];
    if (value !== undefined && !(value instanceof Missing)) row[at] = Number(value);
    else if (input.missing === "nan") row[at] = Number.NaN;
    else if (input.missing === "refuse") return input.name;
    else row[at] = input.missing.default;
  }
  return undefined;
}

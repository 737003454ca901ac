import type { Fetched } from "../domain/feature.ts";
import type { Manifest } from "./manifest-schema.ts";

/** What a model answered. Without a value the status says why. */
export type Scoring =
  | { readonly status: "OK"; readonly value: number; readonly adaptMs: number; readonly inferMs: number }
  | { readonly status: "MISSING_INPUT"; readonly input: string };

/** A loaded model, ready to score. */
export interface Model {
  readonly manifest: Manifest;
  /**
   * Scores one row.
   * @param inputs in the manifest's order; missing ones are treated as the manifest says.
   * @throws if the graph fails or gives something that is no finite number.
   */
  score(inputs: readonly Fetched[]): Promise<Scoring>;
  /** The share (0 to 100) of the training data that scored lower; undefined without a baseline. */
  percentile(score: number): number | undefined;
  close(): Promise<void>;
}

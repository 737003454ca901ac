import type { Fetched } from "../domain/feature.ts";
import type { RemoteCall } from "../domain/remote.ts";
import type { Manifest } from "./manifest-schema.ts";

/** What a model answered. Without a value the status says why. */
export type Scoring =
  | { readonly status: "OK"; readonly value: number; readonly adaptMs: number; readonly inferMs: number }
  | { readonly status: "MISSING_INPUT"; readonly input: string }
  | { readonly status: "TIMEOUT" };

/** What a model that is not in this process needs to know of the decision; see `SourceRequest`. */
export type ScoreCall = Pick<RemoteCall, "signal" | "deadlineMs" | "traceparent" | "tracestate">;

/** A loaded model, ready to score. */
export interface Model {
  readonly manifest: Manifest;
  /**
   * Scores one row.
   * @param inputs in the manifest's order; missing ones are treated as the manifest says.
   * @param call for models that run elsewhere; those in this process do not look at it.
   * @throws if the graph fails or gives something that is no finite number, or its server cannot be reached.
   */
  score(inputs: readonly Fetched[], call?: ScoreCall): Promise<Scoring>;
  /** The share (0 to 100) of the training data that scored lower; undefined without a baseline. */
  percentile(score: number): number | undefined;
  close(): Promise<void>;
}

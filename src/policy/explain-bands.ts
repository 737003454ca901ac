import { nameAnswer } from "./explain-answer.ts";
import type { BandDocument } from "./policy-schema.ts";

/** Bands or thresholds in words, strictest first: `decline (M01) from 0.9, review (M02) from 0.5`. */
export function explainBands(bands: readonly BandDocument[], outcomes: readonly string[]): string {
  return [...bands]
    .sort((left, right) => outcomes.indexOf(left.outcome) - outcomes.indexOf(right.outcome) || right.gte - left.gte)
    .map((band) => `${nameAnswer(band)} from ${band.gte}`)
    .join(", ");
}

import { leaf, rule } from "../support/lint.ts";
import { type Cases, middle, points, review, withRule } from "./parts.ts";

const model = (rest: object) => ({ models: { score: { model: "m", version: "1", ...rest } } });
const onMissing = { outcome: "review", reason: "R" };

export const bands: Cases = {
  "scores that are no probability": [
    model({
      onMissing,
      bands: [
        { gte: 90, outcome: "decline" },
        { gte: -0.1, outcome: "review" },
      ],
    }),
    "band-out-of-range $.models.score.bands[0].gte: a probability is between 0 and 1, not 90 | use a number between 0 and 1",
    "band-out-of-range $.models.score.bands[1].gte: a probability is between 0 and 1, not -0.1 | use a number between 0 and 1",
  ],
  "a stricter band that starts lower": [
    model({
      onMissing,
      bands: [
        { gte: 0.5, outcome: "decline" },
        { gte: 0.9, outcome: "review" },
      ],
    }),
    "band-shadowed $.models.score.bands[1]: never holds: from 0.5 on it is decline, which is stricter | raise the stricter one, or remove this one",
  ],
  "a band that repeats a lower one": [
    model({
      onMissing,
      bands: [
        { gte: 0.5, outcome: "decline" },
        { gte: 0.9, outcome: "decline" },
      ],
    }),
    "band-pointless $.models.score.bands[1]: says no more than the one from 0.5 on: decline | remove one of the two",
  ],
  "nothing, where a higher band has its own reason": [
    model({
      onMissing,
      bands: [
        { gte: 0.5, outcome: "decline" },
        { gte: 0.9, outcome: "decline", reason: "R" },
      ],
    }),
  ],
  "a threshold under a stricter one": [
    {
      points: [
        { gte: 2, outcome: "review" },
        { gte: 1, outcome: "decline", reason: "R" },
      ],
      ...withRule(rule("r", [middle], points(2))),
    },
    "band-shadowed $.points[0]: never holds: from 1 on it is decline, which is stricter | raise the stricter one, or remove this one",
  ],
  "a score without an answer to its absence": [
    model({ bands: [{ gte: 0.5, outcome: "decline" }] }),
    "score-missing-unanswered $.models.score: without a score of score no band holds and nothing is asked for | declare onMissing",
  ],
  "a score that nothing looks at": [
    model({}),
    "score-unused $.models.score: no band and no rule looks at score, but the model is run | declare bands, or remove it",
  ],
  "nothing, where a rule looks at it": [
    { ...model({}), ...withRule(rule("r", [leaf("score", "greaterThan", 0.5)], review)) },
  ],
};

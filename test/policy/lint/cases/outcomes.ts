import { leaf, rule } from "../support/lint.ts";
import { type Cases, decline, middle, review, rollout, withRule } from "./parts.ts";

export const outcomes: Cases = {
  "the default asked for": [
    withRule(rule("r", [middle], { type: "approve" })),
    "outcome-never-matters $.rules[2].event: asks for approve, which is the default: it never changes anything | remove the rule, or ask for another outcome",
  ],
  "the default asked for with a reason": [
    withRule(rule("r", [middle], { type: "approve", params: { reason: "R" } })),
    "only-adds-reason $.rules[2].event: only adds the reason R: approve is the default | keep it if the reason is wanted",
  ],
  "nothing, where something asks for less than the default": [
    {
      default: "review",
      ...withRule(
        rule("r", [middle], { type: "review" }),
        rule("s", [leaf("amount", "equal", 6)], { type: "approve" }),
      ),
    },
  ],
  "the strictest without a reason": [
    withRule(rule("r", [middle], { type: "decline" })),
    'no-reason $.rules[2].event: asks for decline and gives no reason | give "params": {"reason": code}',
  ],
  "a rule in shadow": [
    withRule(rule("r", [middle], review, { mode: "shadow", reviewBy: "2026-12-31" })),
    "shadow-rule $.rules[2].mode: is evaluated in shadow and decides nothing | make it live when it has proved itself, or remove it",
  ],
  "a rule in shadow for good": [
    withRule(rule("r", [middle], review, { mode: "shadow" })),
    "shadow-rule $.rules[2].mode: is evaluated in shadow and decides nothing | make it live when it has proved itself, or remove it",
    'shadow-without-review $.rules[2].mode: is in shadow, wholly or in part, and no day is set to review it | give the day by which somebody decides: "reviewBy": "2026-12-31"',
  ],
  "a rule in shadow for many for good": [
    withRule(rule("r", [middle], review, rollout(10))),
    'shadow-without-review $.rules[2].rollout: is in shadow, wholly or in part, and no day is set to review it | give the day by which somebody decides: "reviewBy": "2026-12-31"',
  ],
  "a review that is due, also of a rule that is off": [
    withRule(
      rule("r", [middle], review, { reviewBy: "2026-10-31", mode: "off" }),
      rule("s", [middle], review, { reviewBy: "2026-11-01" }),
    ),
    "review-overdue $.rules[2].reviewBy: was to be reviewed by 2026-10-31 | decide what becomes of it, and set the next day or remove reviewBy",
  ],
  "a rule rolled out to nobody": [
    withRule(rule("r", [middle], review, { ...rollout(0), reviewBy: "2026-12-31" })),
    'rollout-nobody $.rules[2].rollout.percent: is rolled out to 0 %: it is live for nobody | raise the percentage, or write "mode": "shadow"',
  ],
  "a rule rolled out by what must be missing": [
    withRule(
      rule("r", [leaf("count", "isMissing", true)], review, { ...rollout(50, "count"), reviewBy: "2026-12-31" }),
    ),
    "rollout-nobody $.rules[2].rollout.by: is rolled out to nobody: it fires only where count is missing | roll it out by another feature",
  ],
  "a rule rolled out to everybody": [
    withRule(rule("r", [middle], review, rollout(100))),
    "rollout-everybody $.rules[2].rollout: is rolled out to 100 %: it is live for everybody | remove rollout when it is to stay so",
  ],
  "a rule rolled out to everybody who is known": [
    withRule(rule("r", [middle], review, rollout(100, "count"))),
    "rollout-everybody $.rules[2].rollout: is rolled out to 100 %: it is live for everybody whose count is known | remove rollout when it is to stay so",
  ],
  "a strictest rule rolled out by what a source may not tell": [
    withRule(rule("r", [middle], decline, { ...rollout(50, "country"), reviewBy: "2026-12-31" })),
    "missing-switches-off $.rules[2].rollout.by: without customers it is live for nobody, and nothing else takes notice | roll it out by a feature that every event has",
  ],
  "a strictest rule that only a rule rolled out to some would miss": [
    withRule(
      rule("r", [leaf("country", "equal", "a")]),
      rule("s", [leaf("country", "isMissing", true)], review, { ...rollout(50), reviewBy: "2026-12-31" }),
    ),
    'missing-switches-off $.rules[2]: without customers it does not fire, and nothing else takes notice | declare "onUnknown": "fire", or ask with isMissing in a rule of its own',
  ],
  "a strictest rule that a source can switch off": [
    withRule(rule("r", [leaf("country", "equal", "a")])),
    'missing-switches-off $.rules[2]: without customers it does not fire, and nothing else takes notice | declare "onUnknown": "fire", or ask with isMissing in a rule of its own',
  ],
  "nothing, where the rule fires all the same": [
    withRule(rule("r", [leaf("country", "equal", "a")], decline, { onUnknown: "fire" })),
  ],
  "nothing, where a rule asks whether it is missing": [
    withRule(rule("r", [leaf("country", "equal", "a")]), rule("s", [leaf("country", "isMissing", true)], review)),
  ],
};

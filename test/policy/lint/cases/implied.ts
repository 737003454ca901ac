import { leaf, rule } from "../support/lint.ts";
import { type Cases, decline, middle, points, review, rollout, withRule } from "./parts.ts";

export const implied: Cases = {
  "a wider rule of the same outcome": [
    withRule(rule("r", [leaf("amount", "greaterThan", 20), leaf("known", "equal", true)])),
    'implied-rule $.rules[2]: whenever it fires, "large" fires too and asks for decline | remove it, or mend the conditions of one of the two',
  ],
  "a wider rule of a stricter outcome": [
    withRule(rule("r", [leaf("amount", "greaterThan", 20)], { type: "review" })),
    'implied-rule $.rules[2]: whenever it fires, "large" fires too and asks for decline | remove it, or mend the conditions of one of the two',
  ],
  "a wider rule with another reason": [
    {
      reasons: { R: { internal: "a" }, S: { internal: "b" } },
      ...withRule(rule("r", [leaf("amount", "greaterThan", 20)], { type: "review", params: { reason: "S" } })),
    },
    'only-adds-reason $.rules[2]: only adds the reason S: whenever it fires, "large" fires too and asks for decline | keep it if the reason is wanted',
  ],
  "a rule of the same conditions in other words": [
    withRule(rule("r", [{ not: { any: [leaf("amount", "lessThanInclusive", 9), leaf("amount", "equal", 9)] } }])),
    'duplicate-rule $.rules[2]: fires exactly when "large" does, with the same outcome | remove one of the two',
  ],
  "a list asked about in two rules": [
    withRule(
      rule("r", [leaf("country", "inList", "listed")], { type: "review" }),
      rule("s", [leaf("country", "inList", "listed"), leaf("known", "equal", true)], { type: "review" }),
    ),
    'implied-rule $.rules[3]: whenever it fires, "r" fires too and asks for review | remove it, or mend the conditions of one of the two',
  ],
  "a shorter beginning": [
    withRule(
      rule("r", [leaf("country", "startsWith", "a")], { type: "review" }),
      rule("s", [leaf("country", "startsWith", "ab")], { type: "review" }),
    ),
    'implied-rule $.rules[3]: whenever it fires, "r" fires too and asks for review | remove it, or mend the conditions of one of the two',
  ],
  "a rule that another always joins, where it is live": [
    withRule(rule("r", [leaf("amount", "greaterThan", 20)], decline, { ...rollout(10), reviewBy: "2026-12-31" })),
    'implied-rule $.rules[2]: whenever it fires and is live, "large" fires too and asks for decline | remove it, or mend the conditions of one of the two',
  ],
  "nothing, where only a rule joins that is rolled out to some": [
    withRule(
      rule("r", [middle], review, { ...rollout(10), reviewBy: "2026-12-31" }),
      rule("s", [middle], review, { ...rollout(10), reviewBy: "2026-12-31" }),
    ),
  ],
  "nothing, where the narrower rule adds points": [
    {
      points: [{ gte: 1, outcome: "decline", reason: "R" }],
      ...withRule(rule("r", [leaf("amount", "equal", 0)], { type: "review", params: { reason: "R", points: 1 } })),
    },
  ],
  "points given twice": [
    {
      points: [{ gte: 3, outcome: "review", reason: "R" }],
      ...withRule(rule("p", [middle], points(1)), rule("q", [middle], points(2))),
    },
    'duplicate-rule $.rules[3]: adds points exactly when "p" does | give all the points in one rule',
  ],
};

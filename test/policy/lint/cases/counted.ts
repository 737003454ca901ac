import { leaf, rule } from "../support/lint.ts";
import { type Cases, middle, points, rollout, small, withRule } from "./parts.ts";

export const counted: Cases = {
  "points without thresholds": [
    withRule(rule("r", [middle], points(1))),
    'points-without-thresholds $.rules[2].event: no threshold looks at the points of r | declare thresholds under "points"',
  ],
  "thresholds out of reach": [
    {
      points: [
        { gte: 4, outcome: "decline", reason: "R" },
        { gte: 3, outcome: "review" },
      ],
      ...withRule(rule("r", [middle], points(1)), rule("s", [small], points(2))),
    },
    "threshold-unreachable $.points[0].gte: all rules together give at most 3 points | lower it, or give more points",
  ],
  "thresholds all out of reach, rules in shadow not counted": [
    {
      points: [{ gte: 4, outcome: "review" }],
      ...withRule(
        rule("r", [middle], points(1)),
        rule("s", [small], points(9), { mode: "shadow", reviewBy: "2026-12-31" }),
      ),
    },
    "points-never-count $.rules[2].event: all together r give 1 points, fewer than any threshold | give more points, or lower a threshold",
    "shadow-rule $.rules[3].mode: is evaluated in shadow and decides nothing | make it live when it has proved itself, or remove it",
    "threshold-unreachable $.points[0].gte: all rules together give at most 1 points | lower it, or give more points",
  ],
  "thresholds out of reach of the rules that are live for somebody": [
    {
      points: [{ gte: 2, outcome: "review" }],
      ...withRule(
        rule("r", [middle], points(1), { ...rollout(1), reviewBy: "2026-12-31" }),
        rule("s", [small], points(9), { ...rollout(0), reviewBy: "2026-12-31" }),
      ),
    },
    "points-never-count $.rules[2].event: all together r give 1 points, fewer than any threshold | give more points, or lower a threshold",
    'rollout-nobody $.rules[3].rollout.percent: is rolled out to 0 %: it is live for nobody | raise the percentage, or write "mode": "shadow"',
    "threshold-unreachable $.points[0].gte: all rules together give at most 1 points | lower it, or give more points",
  ],
  "a threshold that needs no points": [
    { points: [{ gte: 0, outcome: "review" }], ...withRule(rule("r", [middle], points(1))) },
    "threshold-always-reached $.points[0].gte: every event has 0 points or more | use a number over 0",
  ],
  "nothing, where only rounding makes the sum too small": [
    {
      points: [{ gte: 1, outcome: "review" }],
      ...withRule(...[0.7, 0.1, 0.2].map((given, at) => rule(`p${at}`, [leaf("amount", "equal", at)], points(given)))),
    },
  ],
};

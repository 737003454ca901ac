import type { RuleDocument } from "../policy-schema.ts";
import { firesLive } from "./goals.ts";
import type { LintCall } from "./lint-call.ts";
import { possible } from "./possible.ts";

/** Finds rules that decide nothing yet, or not for everybody, and reviews that are due. Rules that are off may be due too. */
export function checkModes(call: LintCall, never: ReadonlySet<string>): void {
  for (const [at, rule] of call.document.rules.entries()) {
    const place = ["rules", at] as const;
    const { name, mode = "live", rollout, reviewBy } = rule;
    if (mode === "shadow")
      call.find(
        "shadow-rule",
        [...place, "mode"],
        "is evaluated in shadow and decides nothing",
        "make it live when it has proved itself, or remove it",
        name,
      );
    if (reviewBy === undefined && (mode === "shadow" || (rollout !== undefined && rollout.percent < 100)))
      call.find(
        "shadow-without-review",
        [...place, mode === "shadow" ? "mode" : "rollout"],
        "is in shadow, wholly or in part, and no day is set to review it",
        'give the day by which somebody decides: "reviewBy": "2026-12-31"',
        name,
      );
    if (reviewBy !== undefined && reviewBy < call.today)
      call.find(
        "review-overdue",
        [...place, "reviewBy"],
        `was to be reviewed by ${reviewBy}`,
        "decide what becomes of it, and set the next day or remove reviewBy",
        name,
      );
    checkRollout(call, rule, at, never);
  }
}

function checkRollout(call: LintCall, { name, rollout }: RuleDocument, at: number, never: ReadonlySet<string>): void {
  if (rollout === undefined) return;
  const { find, features } = call;
  const { percent, by } = rollout;
  const path = ["rules", at, "rollout"];
  if (percent === 0)
    find(
      "rollout-nobody",
      [...path, "percent"],
      "is rolled out to 0 %: it is live for nobody",
      'raise the percentage, or write "mode": "shadow"',
      name,
    );
  else if (!never.has(name) && firesOnlyWithout(call, name))
    find(
      "rollout-nobody",
      [...path, "by"],
      `is rolled out to nobody: it fires only where ${by} is missing`,
      "roll it out by another feature",
      name,
    );
  else if (percent === 100)
    find(
      "rollout-everybody",
      path,
      features.get(by)?.presence === "may-miss"
        ? `is rolled out to 100 %: it is live for everybody whose ${by} is known`
        : "is rolled out to 100 %: it is live for everybody",
      "remove rollout when it is to stay so",
      name,
    );
}

/** Whether a rule can fire, but never live: the feature it is rolled out by is always missing then. */
function firesOnlyWithout({ policy, features, gate }: LintCall, name: string): boolean {
  const rule = policy.rules.find((each) => each.name === name)!;
  return possible([firesLive(rule), ...gate], features) === "no";
}

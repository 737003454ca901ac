import type { Change } from "../policy/diff/change.ts";
import type { PolicyDiff } from "../policy/diff/diff-policies.ts";
import type { Compared } from "./compare-policies.ts";

/** Texts longer than this stand on lines of their own. */
const short = 40;

/** What differs, for a person at a terminal. */
export function renderDiff(compared: readonly Compared[]): string {
  return compared.map((each) => `${each.policy}: ${summary(each)}\n${"diff" in each ? lines(each.diff) : ""}`).join("");
}

function summary(compared: Compared): string {
  if (!("diff" in compared)) return `the policy was ${compared.status}`;
  if (compared.status === "same") return "no difference in meaning";
  const { added, removed, changed, settings } = compared.diff;
  const counts = [
    [added.length, "added"],
    [removed.length, "removed"],
    [changed.length, "changed"],
  ].filter(([count]) => count !== 0);
  const rules = counts.length === 0 ? [] : [`rules: ${counts.map((count) => count.join(" ")).join(", ")}`];
  return [...rules, ...(settings.length === 0 ? [] : [`settings: ${settings.length} changed`])].join("; ");
}

function lines({ settings, added, removed, changed }: PolicyDiff): string {
  return [
    ...settings.flatMap((change) => changeLines(change, "  ")),
    ...added.map(({ name, sentence }) => `  + ${name}: ${sentence}`),
    ...removed.map(({ name, sentence }) => `  - ${name}: ${sentence}`),
    ...changed.flatMap(({ name, changes }) => [
      `  ~ ${name}`,
      ...changes.flatMap((change) => changeLines(change, "      ")),
    ]),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function changeLines({ what, before, after }: Change, indent: string): readonly string[] {
  if ((before?.length ?? 0) <= short && (after?.length ?? 0) <= short)
    return [`${indent}${what}: ${before ?? "none"} → ${after ?? "none"}`];
  return [`${indent}${what}:`, `${indent}  - ${before ?? "none"}`, `${indent}  + ${after ?? "none"}`];
}

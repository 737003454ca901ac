import path from "node:path";
import type { Coverage } from "../decide/policy-tests/coverage.ts";
import type { Covered } from "../decide/policy-tests/covered.ts";
import type { TestResult } from "../decide/test-policy.ts";

/** Every test, by policy. */
export function resultsText(results: readonly TestResult[]): string {
  return results
    .map(({ policy, name, failures }) => `${failures.length === 0 ? "ok  " : "FAIL"} ${policy}: ${name}\n`)
    .join("");
}

/** The tests that failed, with where they stand and why; and how many did. */
export function failuresText(results: readonly TestResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0);
  const lines = failed.flatMap(({ policy, name, file, line, failures }) => [
    "",
    `FAIL ${policy}: ${name}`,
    `     ${shown(file)}:${line}`,
    ...failures.map((failure) => `     ${failure}`),
  ]);
  return `${[...lines, "", `${results.length - failed.length} passed, ${failed.length} failed`].join("\n")}\n`;
}

/** How much of a policy tests saw, and what none did, by rule. */
export function coverageText({ policy, file, seen, sides, percent, items }: Coverage): string {
  const rules = items.filter(({ what }) => what === "rule");
  const saw = (side: string) => rules.filter((rule) => rule.seen.includes(side)).length;
  const unknown = rules.filter(({ seenUnknown }) => seenUnknown).length;
  const lines = [
    "",
    `${policy}: ${percent} % covered (${seen} of ${sides} sides)`,
    `  rules: ${rules.length}; seen firing: ${saw("fired")}; not firing: ${saw("not fired")}; unknown: ${unknown}`,
  ];
  const missed = Map.groupBy(
    items.filter(({ unseen }) => unseen.length > 0),
    partOf,
  );
  if (missed.size > 0) lines.push(`  never seen in ${shown(file)}:`);
  for (const [part, unseen] of missed) {
    lines.push(`  ${part}`);
    for (const each of unseen) lines.push(`    ${said(each)}${each.line === undefined ? "" : ` (line ${each.line})`}`);
  }
  return `${lines.join("\n")}\n`;
}

/** What an item is shown under. */
function partOf({ what, rule }: Covered): string {
  if (rule !== undefined) return rule;
  return what === "band" ? "score bands" : what === "threshold" ? "points" : "the gate";
}

function said({ what, text, sharedCondition, unseen }: Covered): string {
  const never = `never ${unseen.join(", never ")}`;
  if (what === "rule" || what === "gate") return never;
  return `${text}${sharedCondition === undefined ? "" : `, in ${sharedCondition}`}: ${never}`;
}

function shown(file: string): string {
  return path.relative(process.cwd(), file);
}

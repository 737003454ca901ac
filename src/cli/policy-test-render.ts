import path from "node:path";
import type { Coverage, Covered } from "../decide/policy-tests/coverage.ts";
import type { TestResult } from "../decide/test-policy.ts";

/** Every test by policy, those that failed with why; a count at the end. */
export function resultsText(results: readonly TestResult[]): string {
  const lines: string[] = [];
  for (const { policy, name, file, line, failures } of results) {
    const passed = failures.length === 0;
    lines.push(`${passed ? "ok  " : "FAIL"} ${policy}: ${name}`);
    if (!passed) lines.push(`       ${path.relative(process.cwd(), file)}:${line}`);
    lines.push(...failures.map((failure) => `       ${failure}`));
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return `${[...lines, `${results.length - failed} passed, ${failed} failed`].join("\n")}\n`;
}

/** What no test saw, by rule. */
export function coverageText({ policy, seen, sides, percent, items }: Coverage): string {
  const lines = [`${policy}: ${percent} % covered (${seen} of ${sides} sides)`];
  for (const [rule, unseen] of Map.groupBy(items.filter(isUnseen), (each) => each.rule)) {
    if (rule !== undefined) lines.push(`  ${rule}`);
    for (const each of unseen) lines.push(`${rule === undefined ? "  " : "    "}${said(each)}`);
  }
  return `${lines.join("\n")}\n`;
}

function isUnseen({ unseen }: Covered): boolean {
  return unseen.length > 0;
}

function said({ what, text, unseen }: Covered): string {
  const never = `never ${unseen.join(", never ")}`;
  return what === "rule" ? never : `${text}: ${never}`;
}

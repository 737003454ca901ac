import path from "node:path";
import type { TestResult } from "../decide/test-policy.ts";

/**
 * Results as JUnit XML, in the form that CI systems read: a suite for each policy, a case for each test.
 * The format has no standard; this keeps to what Jenkins' and GitLab's readers have in common.
 */
export function junitOf(results: readonly TestResult[]): string {
  const suites = Map.groupBy(results, ({ policy }) => policy);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${counts(results)}>`];
  for (const [policy, tests] of suites) {
    lines.push(`  <testsuite name=${quoted(policy)} ${counts(tests)}>`);
    for (const test of tests) lines.push(...testCase(test));
    lines.push("  </testsuite>");
  }
  return [...lines, "</testsuites>", ""].join("\n");
}

function counts(tests: readonly TestResult[]): string {
  const failures = tests.filter((test) => test.failures.length > 0).length;
  return `tests="${tests.length}" failures="${failures}" errors="0" time="${seconds(tests.reduce((sum, { durationMs }) => sum + durationMs, 0))}"`;
}

function testCase({ policy, name, file, line, failures, durationMs }: TestResult): string[] {
  const place = `classname=${quoted(policy)} name=${quoted(name)} file=${quoted(relative(file))} line="${line}"`;
  const head = `    <testcase ${place} time="${seconds(durationMs)}"`;
  if (failures.length === 0) return [`${head}/>`];
  const message = `<failure message=${quoted(failures[0]!)} type="expectation">${escaped(failures.join("\n"))}</failure>`;
  return [`${head}>`, `      ${message}`, "    </testcase>"];
}

function relative(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).join("/");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6);
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no way to write other control characters, half surrogates and the two non-characters: they become U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"]/g, (found) => entities[found]!)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("\r", "&#13;");
}

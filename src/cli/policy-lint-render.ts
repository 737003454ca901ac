import type { Finding } from "../policy/lint/finding.ts";

/** Findings for a person at a terminal, with a line that counts them. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.map(({ file, line, column, code, severity, rule, path, message, fix }) => {
    const about = rule === undefined ? path : `rule "${rule}"`;
    return `${file}:${line}:${column} ${severity} ${code}: ${about} ${message}\n    mend: ${fix}\n`;
  });
  const warnings = countOf(findings, "warning");
  return `${lines.join("")}${warnings}, ${countOf(findings, "note")}\n`;
}

function countOf(findings: readonly Finding[], severity: Finding["severity"]): string {
  const count = findings.filter((finding) => finding.severity === severity).length;
  return `${count} ${severity}${count === 1 ? "" : "s"}`;
}

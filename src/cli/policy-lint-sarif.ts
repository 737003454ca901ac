import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Finding, findingKinds } from "../policy/lint/finding.ts";

/**
 * Findings as a SARIF 2.1.0 log (OASIS), which code hosts show beside the changed lines.
 * @param folder the log names files below it relatively.
 */
export function toSarif(findings: readonly Finding[], folder: string): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "verdict policy lint",
            rules: Object.entries(findingKinds).map(([id, { severity, title }]) => ({
              id,
              shortDescription: { text: title },
              help: {
                text: `An example and its mend: policies/LINT.md, section ${id}`,
                markdown: `An example and its mend: [${id}](policies/LINT.md#${id})`,
              },
              defaultConfiguration: { level: severity },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => toResult(finding, folder)),
      },
    ],
  };
}

function toResult(
  { code, severity, rule, message, fix, file, line, column, path: place }: Finding,
  folder: string,
): object {
  const about = rule === undefined ? "" : `Rule "${rule}" `;
  return {
    ruleId: code,
    level: severity,
    message: { text: `${about}${message}. To mend it: ${fix}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file, folder) },
          region: { startLine: line, startColumn: column },
        },
        logicalLocations: [{ fullyQualifiedName: place }],
      },
    ],
  };
}

function uriOf(file: string, folder: string): string {
  const relative = path.relative(folder, path.resolve(folder, file));
  return relative.startsWith("..") || path.isAbsolute(relative)
    ? pathToFileURL(path.resolve(folder, file)).href
    : encodeURI(relative.split(path.sep).join("/"));
}

import type { Static, TSchema } from "typebox";
import { parseDocument } from "../../documents/document.ts";
import { DocumentError, type Problem } from "../../documents/problem.ts";
import type { DocumentPath } from "../../documents/report.ts";
import { type Finding, type FindingCode, findingKinds } from "./finding.ts";

/** Adds a finding at a path of the document. */
export type Find = (code: FindingCode, path: DocumentPath, message: string, fix: string, rule?: string) => void;

/**
 * What the checks find in a document, in the order of its text.
 * @throws {DocumentError} if the text has not the schema's shape.
 */
export function findingsIn<Schema extends TSchema>(
  file: string,
  text: string,
  schema: Schema,
  look: (value: Static<Schema>, find: Find) => void,
): Finding[] {
  const problems: Problem[] = [];
  const document = parseDocument(file, text, schema, problems);
  if (document === undefined) throw new DocumentError(problems);
  const findings: Finding[] = [];
  look(document.value, (code, path, message, fix, rule) => {
    // The document alone knows where its parts stand, and tells it by what it reports.
    document.report(path, message, fix);
    findings.push({ ...problems.pop()!, code, severity: findingKinds[code].severity, rule });
  });
  return findings.sort((left, right) => left.line - right.line || left.column - right.column);
}

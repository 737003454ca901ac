import type { Document } from "../documents/document.ts";
import type { DocumentPath, Report } from "../documents/report.ts";
import { type FeatureType, hasType } from "../domain/feature.ts";
import { didYouMean } from "../domain/suggest.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import type { LoadedTest } from "./policy.ts";
import type { PolicyDocument, PolicyTest, PolicyTestsDocument } from "./policy-schema.ts";

/** What tests may refer to besides what their policy declares. */
interface TestScope {
  readonly features: ReadonlyMap<string, FeatureType> | undefined;
  readonly lists: ReadonlySet<string> | undefined;
}

/**
 * Reads the tests of a policy: those in its document, then those beside it. Every name in them is one of the policy's or
 * the catalogue's, and every value of its feature's type.
 */
export function loadTests(
  policy: Document<PolicyDocument>,
  beside: Document<PolicyTestsDocument> | undefined,
  scope: TestScope,
): LoadedTest[] {
  const { features, lists } = scope;
  const names = {
    feature: features && [...features.keys()],
    list: lists && [...lists],
    rule: policy.value.rules.map(({ name }) => name),
    outcome: policy.value.outcomes,
    reason: Object.keys(policy.value.reasons ?? {}),
  };
  const { id } = policy.value;
  if (beside?.value.policy !== undefined && beside.value.policy !== id)
    beside.report(
      ["policy"],
      `these are the tests of ${id}, not of ${beside.value.policy}`,
      `write "${id}", or rename the file`,
    );
  const seen = new Set<string>();
  return [policy, ...(beside === undefined ? [] : [beside])].flatMap(({ file, value, report, lineOf }) => {
    const known: Known = (what, name, path) => {
      const list = names[what];
      if (list?.includes(name) === false)
        report(path, `there is no ${what} "${name}"`, didYouMean(name, list) ?? `use the name of a ${what}`);
    };
    return (value.tests ?? []).map((test, at): LoadedTest => {
      const path = ["tests", at];
      if (seen.has(test.name)) report([...path, "name"], `two tests are named "${test.name}"`, "rename one");
      seen.add(test.name);
      checkTest(test, path, { features, known, report });
      return { ...test, file, line: lineOf(path), index: at };
    });
  });
}

interface TestCall {
  readonly features: ReadonlyMap<string, FeatureType> | undefined;
  readonly known: Known;
  readonly report: Report;
}

function checkTest(
  { now, given, missing = {}, lists = {}, expect }: PolicyTest,
  path: DocumentPath,
  { features, known, report }: TestCall,
): void {
  if (now !== undefined && parseIsoTimestamp(now) === undefined)
    report([...path, "now"], `"${now}" is not a time`, "write it as 2026-11-01T10:00:00Z");
  for (const name of Object.keys(missing)) {
    known("feature", name, [...path, "missing", name]);
    if (Object.hasOwn(given, name))
      report([...path, "missing", name], `${name} is given as well`, "remove it from given or from missing");
  }
  for (const [name, example] of Object.entries(given)) {
    known("feature", name, [...path, "given", name]);
    const type = features?.get(name);
    if (type !== undefined && !hasType(example, type))
      report(
        [...path, "given", name],
        `${JSON.stringify(example)} is not of type ${type}`,
        `give a value of type ${type}`,
      );
  }
  for (const name of Object.keys(lists)) known("list", name, [...path, "lists", name]);
  checkExpectation(expect, [...path, "expect"], known);
}

type Known = (what: "feature" | "list" | "rule" | "outcome" | "reason", name: string, path: DocumentPath) => void;

function checkExpectation(
  { outcome, shadowOutcome, reasons = [], ...rules }: PolicyTest["expect"],
  path: DocumentPath,
  known: Known,
): void {
  if (outcome !== undefined) known("outcome", outcome, [...path, "outcome"]);
  if (shadowOutcome !== undefined) known("outcome", shadowOutcome, [...path, "shadowOutcome"]);
  for (const [index, name] of reasons.entries()) known("reason", name, [...path, "reasons", index]);
  for (const list of ["fired", "notFired", "unknown"] as const) {
    for (const [index, name] of (rules[list] ?? []).entries()) known("rule", name, [...path, list, index]);
  }
}

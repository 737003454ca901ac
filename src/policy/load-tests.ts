import type { Document } from "../documents/document.ts";
import type { DocumentPath } from "../documents/report.ts";
import { didYouMean } from "../documents/suggest.ts";
import { type FeatureType, hasType } from "../domain/feature.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import type { PolicyDocument, PolicyTest } from "./policy-schema.ts";

/** What tests may refer to besides what their policy declares. */
export interface TestScope {
  readonly features: ReadonlyMap<string, FeatureType> | undefined;
  readonly lists: ReadonlySet<string>;
}

/** Every name in the tests of a policy is one of the policy's or the catalogue's, and every value of its feature's type. */
export function checkTests({ value, report }: Document<PolicyDocument>, { features, lists }: TestScope): void {
  const names = {
    feature: features && [...features.keys()],
    list: [...lists],
    rule: value.rules.map(({ name }) => name),
    outcome: value.outcomes,
    reason: Object.keys(value.reasons ?? {}),
  };
  const known: Known = (what, name, path) => {
    const list = names[what];
    if (list?.includes(name) === false) {
      report(path, `there is no ${what} "${name}"`, didYouMean(name, list) ?? `use the name of a ${what}`);
    }
  };
  for (const [at, { now, given, missing, lists: entries, expect }] of (value.tests ?? []).entries()) {
    const path = ["tests", at];
    if (now !== undefined && parseIsoTimestamp(now) === undefined)
      report([...path, "now"], `"${now}" is not a time`, "write it as 2026-11-01T10:00:00Z");
    for (const name of Object.keys(missing ?? {})) known("feature", name, [...path, "missing", name]);
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
    for (const name of Object.keys(entries ?? {})) known("list", name, [...path, "lists", name]);
    checkExpectation(expect, [...path, "expect"], known);
  }
}

type Known = (what: "feature" | "list" | "rule" | "outcome" | "reason", name: string, path: DocumentPath) => void;

function checkExpectation(
  { outcome, reasons = [], ...rules }: PolicyTest["expect"],
  path: DocumentPath,
  known: Known,
): void {
  if (outcome !== undefined) known("outcome", outcome, [...path, "outcome"]);
  for (const [index, name] of reasons.entries()) known("reason", name, [...path, "reasons", index]);
  for (const list of ["fired", "notFired", "unknown"] as const) {
    for (const [index, name] of (rules[list] ?? []).entries()) known("rule", name, [...path, list, index]);
  }
}

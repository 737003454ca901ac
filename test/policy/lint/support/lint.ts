import type { Finding } from "../../../../src/policy/lint/finding.ts";
import { lintPolicy } from "../../../../src/policy/lint/lint-policy.ts";
import { type Document, load } from "../../support/policies.ts";
import { lintFeatures } from "./contexts.ts";

/** The day of every lint. */
export const today = "2026-11-01";

/** What a lint finds in a document that loads. */
export function lint(document: Document): readonly Finding[] {
  return lintPolicy(load(document), { text: JSON.stringify(document), features: lintFeatures, today });
}

/** A policy without findings, for a case to replace parts of. */
export const clean: Document = {
  id: "p",
  outcomes: ["decline", "review", "approve"],
  default: "approve",
  rules: [
    rule("large", [leaf("amount", "greaterThan", 9)]),
    rule("odd", [leaf("amount", "lessThan", 2)], { type: "review", params: { reason: "R" } }),
  ],
  reasons: { R: { internal: "text" } },
};

export function leaf(fact: string, operator: string, value: unknown): object {
  return { fact, operator, value };
}

/** A rule whose conditions must all hold; it declines with the reason R. */
export function rule(
  name: string,
  all: readonly object[],
  event: object = { type: "decline", params: { reason: "R" } },
  rest: object = {},
): object {
  return { name, conditions: { all }, event, ...rest };
}

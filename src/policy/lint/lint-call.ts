import type { Policy } from "../policy.ts";
import type { PolicyDocument } from "../policy-schema.ts";
import type { Find } from "./findings.ts";
import type { LintFeature } from "./lint-feature.ts";

/** What every check of a policy is given. */
export interface LintCall {
  readonly policy: Policy;
  /** As written: what was declared, and where it stands. */
  readonly document: PolicyDocument;
  /** The catalogue's features and the policy's scores. */
  readonly features: ReadonlyMap<string, LintFeature>;
  readonly find: Find;
}

/** Where a rule stands in its document. */
export function placeOfRule({ document }: LintCall, name: string): readonly ["rules", number] {
  return ["rules", document.rules.findIndex((rule) => rule.name === name)];
}

/** 0 is the strictest. */
export function rankOf({ policy }: LintCall, outcome: string): number {
  return policy.outcomes.indexOf(outcome);
}

import type { Policy } from "../policy.ts";
import type { PolicyDocument } from "../policy-schema.ts";
import type { Find } from "./findings.ts";
import type { LintFeature } from "./lint-feature.ts";
import type { Goal } from "./possible.ts";

/** What every check of a policy is given. */
export interface LintCall {
  readonly policy: Policy;
  /** As written: what was declared, and where it stands. */
  readonly document: PolicyDocument;
  /** The catalogue's features and the policy's scores. */
  readonly features: ReadonlyMap<string, LintFeature>;
  /** By a rule's name, its position in the document. */
  readonly positions: ReadonlyMap<string, number>;
  /** What holds for every event that rules see: it passed the gate, if there is one and any event passes. */
  readonly gate: readonly Goal[];
  /** The day of the lint, `YYYY-MM-DD`, UTC. */
  readonly today: string;
  readonly find: Find;
}

/** Where a rule stands in its document. */
export function placeOfRule({ positions }: LintCall, name: string): readonly ["rules", number] {
  return ["rules", positions.get(name)!];
}

/** 0 is the strictest. */
export function rankOf({ policy }: LintCall, outcome: string): number {
  return policy.outcomes.indexOf(outcome);
}

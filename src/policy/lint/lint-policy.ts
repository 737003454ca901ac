import type { Policy } from "../policy.ts";
import { PolicySchema } from "../policy-schema.ts";
import { checkBands } from "./check-bands.ts";
import { checkFiring } from "./check-firing.ts";
import { checkImplied } from "./check-implied.ts";
import { checkMissing } from "./check-missing.ts";
import { checkOutcomes } from "./check-outcomes.ts";
import { checkPoints } from "./check-points.ts";
import { checkTypes } from "./check-types.ts";
import { checkUnused } from "./check-unused.ts";
import type { Finding } from "./finding.ts";
import { findingsIn } from "./findings.ts";
import { type LintFeature, withScores } from "./lint-feature.ts";

/** What a policy was loaded from and against. */
export interface LintContext {
  /** The document's text. */
  readonly text: string;
  /** The catalogue's features. */
  readonly features: ReadonlyMap<string, LintFeature>;
}

/**
 * Everything that looks wrong in a policy that loads, in the order of its text.
 * @throws {DocumentError} if the text is not the one that was loaded and has not even its shape.
 */
export function lintPolicy(policy: Policy, { text, features }: LintContext): Finding[] {
  return findingsIn(policy.file, text, PolicySchema, (document, find) => {
    const call = { policy, document, features: withScores(features, policy), find };
    checkTypes(call);
    const never = checkFiring(call);
    checkImplied(call, never);
    checkOutcomes(call);
    checkPoints(call, never);
    checkBands(call);
    checkUnused(call);
    checkMissing(call);
  });
}

import type { Policy } from "../policy.ts";
import { PolicySchema } from "../policy-schema.ts";
import { checkBands } from "./check-bands.ts";
import { checkDates } from "./check-dates.ts";
import { checkFiring } from "./check-firing.ts";
import { checkGate } from "./check-gate.ts";
import { checkImplied } from "./check-implied.ts";
import { checkMissing } from "./check-missing.ts";
import { checkModes } from "./check-modes.ts";
import { checkOutcomes } from "./check-outcomes.ts";
import { checkPoints } from "./check-points.ts";
import { checkTypes } from "./check-types.ts";
import { checkUnused } from "./check-unused.ts";
import type { Finding } from "./finding.ts";
import { findingsIn } from "./findings.ts";
import type { LintCall } from "./lint-call.ts";
import { type LintFeature, withMemberships, withScores } from "./lint-feature.ts";

/** What a policy was loaded from and against. */
export interface LintContext {
  /** The document's text. */
  readonly text: string;
  /** The catalogue's features. */
  readonly features: ReadonlyMap<string, LintFeature>;
  /** The day it is, `YYYY-MM-DD`, UTC: whether reviews and dates are past. */
  readonly today: string;
}

/**
 * Everything that looks wrong in a policy that loads, in the order of its text.
 * @throws {DocumentError} if the text is not the one that was loaded and has not even its shape.
 */
export function lintPolicy(policy: Policy, { text, features, today }: LintContext): Finding[] {
  return findingsIn(policy.file, text, PolicySchema, (document, find) => {
    const known = withMemberships(withScores(features, policy), policy);
    const call: LintCall = {
      policy,
      document,
      positions: new Map(document.rules.map(({ name }, at) => [name, at])),
      features: known,
      gate: checkGate(policy, known, find),
      today,
      find,
    };
    checkTypes(call);
    checkDates(call);
    const never = checkFiring(call);
    checkModes(call, never);
    checkImplied(call, never);
    checkOutcomes(call);
    checkPoints(call, never);
    checkBands(call);
    checkUnused(call);
    checkMissing(call);
  });
}

import type { Problem } from "../../documents/problem.ts";

/** `warning`: most likely a mistake. `note`: worth knowing, often meant. */
type Severity = "warning" | "note";

interface Kind {
  readonly severity: Severity;
  /** What all findings of the code have in common, in one sentence. */
  readonly title: string;
}

/** Everything a lint can find. The codes are stable: people and programs filter by them. */
export const findingKinds = {
  "type-clash": { severity: "warning", title: "A condition does not fit the type of its feature." },
  "never-missing": { severity: "warning", title: "A condition asks whether a feature is missing that never is." },
  "path-ignored": { severity: "note", title: "A path leads into a feature, but features are single values." },
  "never-fires": { severity: "warning", title: "No event can make the rule fire." },
  "always-true": { severity: "warning", title: "The rule's condition holds whenever its features are there." },
  "gate-never-passes": { severity: "warning", title: "No event can pass the gate." },
  "gate-always-passes": { severity: "warning", title: "Every event passes the gate." },
  "duplicate-rule": { severity: "warning", title: "The rule fires exactly when another one does." },
  "implied-rule": { severity: "warning", title: "Whenever the rule fires, another one asks for as much." },
  "only-adds-reason": { severity: "note", title: "The rule can add a reason, but never change the outcome." },
  "outcome-never-matters": { severity: "warning", title: "The rule asks for what would be the outcome anyway." },
  "points-without-thresholds": { severity: "warning", title: "Rules add points, but no threshold looks at them." },
  "points-never-count": { severity: "warning", title: "All points together reach no threshold." },
  "threshold-unreachable": { severity: "warning", title: "All points together do not reach the threshold." },
  "threshold-always-reached": { severity: "warning", title: "The threshold is reached without any points." },
  "band-out-of-range": { severity: "warning", title: "A score band starts where no probability can be." },
  "band-shadowed": { severity: "warning", title: "Wherever the band holds, a stricter one does too." },
  "band-pointless": { severity: "warning", title: "The band says no more than a lower one." },
  "score-unused": { severity: "warning", title: "A model is run, but nothing looks at its score." },
  "score-missing-unanswered": { severity: "note", title: "Without a score its bands silently ask for nothing." },
  "unused-reason": { severity: "warning", title: "A reason is declared but never given." },
  "unused-outcome": { severity: "warning", title: "An outcome is declared but never asked for." },
  "unused-condition": { severity: "warning", title: "A shared condition is declared but never used." },
  "unused-feature": { severity: "note", title: "No policy and no model uses the feature." },
  "unused-source": { severity: "note", title: "No policy and no model needs the source." },
  "unused-list": { severity: "note", title: "No policy asks about the list." },
  "no-reason": { severity: "note", title: "A rule asks for the strictest outcome without a reason." },
  "date-past": { severity: "warning", title: "A condition on the event's time names days or an end that are past." },
  "shadow-rule": { severity: "note", title: "The rule is evaluated but decides nothing." },
  "shadow-without-review": { severity: "note", title: "A rule in shadow has no day by which somebody looks at it." },
  "review-overdue": { severity: "warning", title: "The day by which somebody was to look at the rule is past." },
  "rollout-nobody": { severity: "note", title: "The rule is rolled out, but live for nobody." },
  "rollout-everybody": { severity: "note", title: "The rule is rolled out to everybody." },
  "missing-switches-off": { severity: "note", title: "Should a source fail, the rule is silently switched off." },
} as const satisfies Readonly<Record<string, Kind>>;

export type FindingCode = keyof typeof findingKinds;

/** Something in a document that loads, but looks wrong. */
export interface Finding extends Problem {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The rule it is about, if it is about one. */
  readonly rule: string | undefined;
}

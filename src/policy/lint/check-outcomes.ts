import { pointsType } from "../policy.ts";
import { type LintCall, placeOfRule, rankOf } from "./lint-call.ts";
import { partlyLive } from "./live.ts";

/** Finds live rules whose outcome cannot matter, and rules of the strictest outcome that give no reason. */
export function checkOutcomes(call: LintCall): void {
  const { policy, find } = call;
  const byDefault = policy.defaultOutcome;
  // The default itself only matters where something may ask for less.
  const lessIsAsked = [...askedOutcomes(call)].some((outcome) => rankOf(call, outcome) > rankOf(call, byDefault));
  for (const rule of policy.rules) {
    const { name, outcome, reason, points } = rule;
    const path = placeOfRule(call, name);
    if (partlyLive(rule) && outcome === byDefault && !lessIsAsked && points === 0) {
      if (reason === undefined)
        find(
          "outcome-never-matters",
          [...path, "event"],
          `asks for ${outcome}, which is the default: it never changes anything`,
          "remove the rule, or ask for another outcome",
          name,
        );
      else
        find(
          "only-adds-reason",
          [...path, "event"],
          `only adds the reason ${reason}: ${outcome} is the default`,
          "keep it if the reason is wanted",
          name,
        );
    }
    if (outcome === policy.outcomes[0] && reason === undefined && policy.outcomes.length > 1)
      find(
        "no-reason",
        [...path, "event"],
        `asks for ${outcome} and gives no reason`,
        'give "params": {"reason": code}',
        name,
      );
  }
}

/** Every outcome that a live rule, a band, a threshold or a missing score may ask for. */
function* askedOutcomes({ policy }: LintCall): Generator<string> {
  for (const rule of policy.rules) if (partlyLive(rule) && rule.outcome !== pointsType) yield rule.outcome;
  for (const { bands, onMissing } of policy.scores) {
    for (const { outcome } of bands) yield outcome;
    if (onMissing !== undefined) yield onMissing.outcome;
  }
  for (const { outcome } of policy.points) yield outcome;
}

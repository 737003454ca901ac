import type { DocumentPath } from "../../documents/report.ts";
import { factsOf } from "../condition.ts";
import type { BandDocument } from "../policy-schema.ts";
import { type LintCall, rankOf } from "./lint-call.ts";

/** Finds score bands and thresholds that never say anything of their own. */
export function checkBands(call: LintCall): void {
  const { document, find } = call;
  for (const [name, { bands = [], onMissing }] of Object.entries(document.models ?? {})) {
    const path = ["models", name, "bands"];
    for (const [at, { gte }] of bands.entries()) {
      if (gte < 0 || gte > 1)
        find(
          "band-out-of-range",
          [...path, at, "gte"],
          `a probability is between 0 and 1, not ${gte}`,
          "use a number between 0 and 1",
        );
    }
    checkOverlaps(call, bands, path);
    if (bands.length > 0 && onMissing === undefined)
      find(
        "score-missing-unanswered",
        ["models", name],
        `without a score of ${name} no band holds and nothing is asked for`,
        "declare onMissing",
      );
    if (bands.length === 0 && onMissing === undefined && !isRead(call, name))
      find(
        "score-unused",
        ["models", name],
        `no band and no rule looks at ${name}, but the model is run`,
        "declare bands, or remove it",
      );
  }
  checkOverlaps(call, document.points ?? [], ["points"]);
}

/** Of the bands that a number reaches the strictest holds; of the same outcome the highest. */
function checkOverlaps(call: LintCall, bands: readonly BandDocument[], path: DocumentPath): void {
  for (const [at, band] of bands.entries()) {
    const rank = rankOf(call, band.outcome);
    const lower = bands.filter(
      (other, position) => position !== at && (other.gte < band.gte || (other.gte === band.gte && position < at)),
    );
    const level = bands.filter((other) => other !== band && other.gte === band.gte);
    const stricter = [...lower, ...level].find((other) => rankOf(call, other.outcome) < rank);
    const equal = lower.find(
      ({ outcome, reason, gte }) => outcome === band.outcome && (reason === band.reason || gte === band.gte),
    );
    if (stricter !== undefined)
      call.find(
        "band-shadowed",
        [...path, at],
        `never holds: from ${stricter.gte} on it is ${stricter.outcome}, which is stricter`,
        "raise the stricter one, or remove this one",
      );
    else if (equal !== undefined)
      call.find(
        "band-pointless",
        [...path, at],
        `says no more than the one from ${equal.gte} on: ${band.outcome}`,
        "remove one of the two",
      );
  }
}

function isRead({ policy }: LintCall, score: string): boolean {
  const conditions = policy.rules.map((rule) => rule.conditions);
  if (policy.gate !== undefined) conditions.push(policy.gate.conditions);
  return conditions.some((condition) => factsOf(condition).has(score));
}

import { localTimeIn } from "../../domain/time-zone.ts";
import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import { dayMs } from "../operators/time.ts";
import type { LeafDocument } from "../policy-schema.ts";
import { operatorOf } from "./comparison.ts";
import type { LintCall } from "./lint-call.ts";
import { momentOf } from "./rewrite.ts";
import { writtenLeaves } from "./written-leaves.ts";

/**
 * Finds comparisons of the event's time that say nothing more of events to come: days that are past, and an end that is.
 * One that holds from a past moment on is none of them: it is how a rule begins.
 */
export function checkDates({ document, features, today, find }: LintCall): void {
  const todayMs = momentOf(today);
  for (const { leaf, path, rule, off, negated } of writtenLeaves(document)) {
    if (off || features.get(leaf.fact)?.isEventTime !== true) continue;
    const { base, decorators } = operatorOf(leaf.operator);
    if (decorators.some((each) => each !== "not")) continue;
    const holds = negated === (decorators.length % 2 === 1);
    const end = endOf(base, leaf.value, todayMs);
    if (end === undefined || end > todayMs) continue;
    const ends = starting.has(base) ? !holds : holds;
    if (!ends && base !== "dateBetween") continue;
    find(
      "date-past",
      [...path, "value"],
      `names a time that is past: ${ends ? "no" : "every"} event of today or later meets the condition`,
      "move it, or remove the condition",
      rule,
    );
  }
}

/** Operators that hold after a moment; the others hold before it. */
const starting: ReadonlySet<string> = new Set(["after", "greaterThan", "greaterThanInclusive"]);
const ending: ReadonlySet<string> = new Set(["before", "lessThan", "lessThanInclusive"]);

/** The moment at which the comparison, or its opposite, begins to hold for good; undefined where there is none. */
function endOf(base: string, value: LeafDocument["value"], todayMs: number): number | undefined {
  if (base === "dateBetween") {
    const { to, zone = "UTC" } = value as { to: string; zone?: string };
    // By the zone's clocks as they are set today.
    const offsetMs = localTimeIn(zone)!(todayMs) - todayMs;
    return momentOf(to) + dayMs - offsetMs;
  }
  const moment = typeof value === "string" ? parseIsoTimestamp(value) : value;
  return typeof moment === "number" && (starting.has(base) || ending.has(base)) ? moment : undefined;
}

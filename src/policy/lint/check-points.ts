import { pointsType } from "../policy.ts";
import { type LintCall, placeOfRule } from "./lint-call.ts";
import { partlyLive } from "./live.ts";

/** Sums of points are exact only up to rounding, which must not make a threshold look out of reach. */
const rounding = 1e-9;

/** Holds the thresholds against the points that all rules together can give. */
export function checkPoints(call: LintCall, never: ReadonlySet<string>): void {
  const { policy, document, find } = call;
  const givers = policy.rules.filter((rule) => partlyLive(rule) && rule.points > 0 && !never.has(rule.name));
  const most = givers.reduce((sum, { points }) => sum + points, 0);
  const reachable = (gte: number) => gte <= most * (1 + rounding);

  for (const [at, { gte }] of (document.points ?? []).entries()) {
    const path = ["points", at, "gte"];
    if (gte <= 0)
      find("threshold-always-reached", path, `every event has ${gte} points or more`, "use a number over 0");
    else if (!reachable(gte))
      find(
        "threshold-unreachable",
        path,
        `all rules together give at most ${most} points`,
        "lower it, or give more points",
      );
  }
  const first = givers.find(({ outcome }) => outcome === pointsType);
  if (first === undefined) return;
  const place = [...placeOfRule(call, first.name), "event"];
  const names = givers.map(({ name }) => name).join(", ");
  if (policy.points.length === 0)
    find(
      "points-without-thresholds",
      place,
      `no threshold looks at the points of ${names}`,
      'declare thresholds under "points"',
      first.name,
    );
  else if (!policy.points.some(({ gte }) => reachable(gte)))
    find(
      "points-never-count",
      place,
      `all together ${names} give ${most} points, fewer than any threshold`,
      "give more points, or lower a threshold",
      first.name,
    );
}

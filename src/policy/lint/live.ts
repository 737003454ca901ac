import type { Rule } from "../policy.ts";

/** Whether a rule is live for any event at all. Which share of values it is rolled out to, their hashes alone know. */
export function partlyLive({ mode, rollout }: Rule): boolean {
  return mode === "live" && (rollout === undefined || rollout.percent > 0);
}

/** Whether a rule is live for every event that has the feature it is rolled out by, if it is rolled out. */
export function whollyLive({ mode, rollout }: Rule): boolean {
  return mode === "live" && (rollout === undefined || rollout.percent >= 100);
}

import { hash } from "node:crypto";
import type { Facts } from "../domain/facts.ts";
import type { FeatureValue } from "../domain/feature.ts";
import type { Truth } from "./condition.ts";
import type { Rule } from "./policy.ts";

/**
 * Whether a rule counts in this decision: unknown while the feature it is rolled out by is pending. It is not rolled out
 * to events without that feature.
 */
export function isLive(rule: Rule, facts: Facts): Truth {
  const { mode, rollout } = rule;
  if (mode !== "live" || rollout === undefined) return mode === "live";
  const value = facts.value(rollout.by);
  if (value === undefined) return facts.state(rollout.by) === "pending" ? "unknown" : false;
  return shareOf(rule.name, value) < rollout.percent;
}

/**
 * Where a value stands among 100 percent, always the same for the same rule and value: the first 32 bits of the SHA-256
 * of `rule:value`, scaled. So a larger percentage keeps all whom a smaller one had, and any database can tell who they are.
 */
export function shareOf(rule: string, value: FeatureValue): number {
  return (Number.parseInt(hash("sha256", `${rule}:${value}`).slice(0, 8), 16) / 2 ** 32) * 100;
}

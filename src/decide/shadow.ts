import type { Facts } from "../domain/facts.ts";
import type { Truth } from "../policy/condition.ts";
import type { Policy } from "../policy/policy.ts";
import { resolve } from "./resolve.ts";

/** The policy as it would be were all its rules live, for everybody; undefined if they are. */
export function withoutShadow(policy: Policy): Policy | undefined {
  if (policy.rules.every(({ mode, rollout }) => mode === "live" && rollout === undefined)) return undefined;
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, mode: "live", rollout: undefined })) };
}

/** What the outcome would be had the rules in shadow counted, as far as their features are known. */
export function shadowOutcome(allLive: Policy | undefined, facts: Facts, truths: readonly Truth[]): string | undefined {
  return allLive && resolve(allLive, facts, truths).outcome;
}

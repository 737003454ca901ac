import type { Decision } from "../../domain/decision.ts";
import type { Exposition } from "./exposition.ts";

/** What the rules found, and what those in shadow would have changed. */
export function ruleMetrics(exposition: Exposition): (decision: Decision) => void {
  const rules = exposition.counter({
    name: "verdict_rules_total",
    help: "Rules that fired or stayed unknown, by mode in that decision.",
    labels: { policy: "name", rule: "name", mode: "fixed", result: "fixed" },
  });
  const shadow = exposition.counter({
    name: "verdict_shadow_disagreements_total",
    help: "Decisions whose outcome would be another had the rules in shadow counted.",
    labels: { policy: "name", outcome: "name", shadow_outcome: "name" },
  });

  return ({ policy, outcome, shadowOutcome, rules: found }) => {
    for (const { name, mode, result } of found)
      if (result !== "NOT_FIRED") rules.at(policy, name, mode, result === "FIRED" ? "fired" : "unknown").inc();
    if (shadowOutcome !== undefined && shadowOutcome !== outcome) shadow.at(policy, outcome, shadowOutcome).inc();
  };
}

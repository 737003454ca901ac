import { type Condition, isPresentOperator, type Leaf } from "../condition.ts";
import type { Rule } from "../policy.ts";
import type { Goal } from "./possible.ts";

/** That a rule counts as fired at the end of a decision, live or in shadow. */
export function fires({ conditions, firesOnUnknown }: Rule): Goal {
  return { condition: conditions, negated: false, leniently: firesOnUnknown };
}

/** What must hold, if not suffice, for a rule to fire live. */
export function firesLive(rule: Rule): Goal {
  return { ...fires(rule), condition: conditionsOfLive(rule) };
}

/** That a rule does not fire live; of one that is `whollyLive`. */
export function doesNotFireLive(rule: Rule): Goal {
  return { condition: conditionsOfLive(rule), negated: true, leniently: !rule.firesOnUnknown };
}

/** That an event gets past a gate: an unknown one lets it through. */
export function passesGate(condition: Condition): Goal {
  return { condition, negated: false, leniently: true };
}

/** A rule is live for no event that lacks the feature it is rolled out by. */
function conditionsOfLive({ conditions, rollout }: Rule): Condition {
  if (rollout === undefined) return conditions;
  const hasFeature: Leaf = {
    kind: "leaf",
    fact: rollout.by,
    operator: isPresentOperator,
    value: true,
    valueFact: undefined,
    valuePath: undefined,
    path: undefined,
    label: undefined,
  };
  return { kind: "all", children: [conditions, hasFeature], label: undefined };
}

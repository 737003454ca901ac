import type { Policy, Rule } from "../policy.ts";
import type { Goal } from "./possible.ts";

/** That a rule counts as fired at the end of a decision. */
export function fires({ conditions, firesOnUnknown }: Rule): Goal {
  return { condition: conditions, negated: false, leniently: firesOnUnknown };
}

export function doesNotFire({ conditions, firesOnUnknown }: Rule): Goal {
  return { condition: conditions, negated: true, leniently: !firesOnUnknown };
}

/** That an event gets past the gate: rules see no others. */
export function passesGate({ gate }: Policy): readonly Goal[] {
  return gate === undefined ? [] : [{ condition: gate.conditions, negated: false, leniently: true }];
}

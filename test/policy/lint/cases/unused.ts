import { rule } from "../support/lint.ts";
import { type Cases, middle, withRule } from "./parts.ts";

export const unused: Cases = {
  "a reason": [
    { reasons: { R: { internal: "a" }, S: { internal: "b" } } },
    "unused-reason $.reasons.S: nothing gives the reason S | remove it, or give it",
  ],
  "an outcome": [
    { outcomes: ["decline", "hold", "review", "approve"] },
    "unused-outcome $.outcomes[1]: nothing asks for hold | remove it, or ask for it",
  ],
  "shared conditions, also of each other": [
    { conditions: { one: { all: [middle] }, two: { all: [{ condition: "one" }] } } },
    "unused-condition $.conditions.one: nothing uses the shared condition one | remove it, or use it",
    "unused-condition $.conditions.two: nothing uses the shared condition two | remove it, or use it",
  ],
  "nothing that a rule uses which is off": [
    {
      conditions: { one: { all: [{ not: { condition: "two" } }] }, two: { any: [middle] } },
      reasons: { R: { internal: "a" }, S: { internal: "b" } },
      ...withRule(rule("r", [{ condition: "one" }], { type: "review", params: { reason: "S" } }, { mode: "off" })),
    },
  ],
};

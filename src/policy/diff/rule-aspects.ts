import { explainCondition } from "../explain-condition.ts";
import type { WrittenRule } from "../explain-rule.ts";
import { canonical } from "./canonical.ts";
import { type Aspects, aspects } from "./change.ts";

/** Everything of a rule that decides. */
export function ruleAspects({ conditions, outcome, reason, mode, points, firesOnUnknown }: WrittenRule): Aspects {
  return new Map([
    ...aspects([
      ["outcome", outcome],
      ["reason", reason],
      ["points", String(points)],
      ["mode", mode],
      ["onUnknown", firesOnUnknown ? "fire" : "ignore"],
    ]),
    ["conditions", { same: canonical(conditions), shown: explainCondition(conditions) }],
  ]);
}

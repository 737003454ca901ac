import { explainAnswer } from "./explain-answer.ts";
import { explainCondition, explainInLines } from "./explain-condition.ts";
import { pointsType, type Rule } from "./policy.ts";

/** A rule as it is written: also one that is off. */
export interface WrittenRule extends Omit<Rule, "mode" | "facts"> {
  readonly mode: Rule["mode"] | "off";
}

/** Characters of a line before a sentence is broken into a list. */
const width = 110;

/** What a rule does, as one plain sentence: `Declines (R01) when amount is over 220.` */
export function explainRule(rule: WrittenRule): string {
  const unknown = rule.firesOnUnknown ? ", or when that cannot be told" : "";
  return `${whatItDoes(rule)} when ${explainCondition(rule.conditions)}${unknown}.`;
}

/** The same in several lines where one would be too long. */
export function explainRuleInLines(rule: WrittenRule): readonly string[] {
  const sentence = explainRule(rule);
  if (sentence.length <= width) return [sentence];
  const head = `${whatItDoes(rule)} when `;
  const [heading, ...rest] = explainInLines(rule.conditions, width, head.length);
  if (rest.length === 0) return [sentence];
  const unknown = rule.firesOnUnknown ? " (or when that cannot be told)" : "";
  return [`${head}${heading!.replace(/:$/, `${unknown}:`)}`, ...rest];
}

function whatItDoes(rule: WrittenRule): string {
  const points = `${rule.points} ${rule.points === 1 ? "point" : "points"}`;
  const action =
    rule.outcome === pointsType
      ? `Adds ${points}${rule.reason === undefined ? "" : ` (${rule.reason})`}`
      : `${explainAnswer(rule)}${rule.points > 0 ? ` and adds ${points}` : ""}`;
  const { rollout } = rule;
  const share = rollout === undefined ? "" : `For ${rollout.percent} % of ${rollout.by} (in shadow for the rest): `;
  const before = { live: share, shadow: "In shadow, changing nothing: ", off: "Switched off: " }[rule.mode];
  return before === "" ? action : `${before}${action[0]!.toLowerCase()}${action.slice(1)}`;
}

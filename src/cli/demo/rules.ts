import type { Decision } from "./decider.ts";

export interface RuleRow {
  readonly name: string;
  /** What the rule asks for: an outcome, or `points`. */
  readonly outcome: string;
  /** `live` or `shadow`. */
  readonly mode: string;
  readonly fired: number;
  /** Of the transactions it fired on. */
  readonly fraud: number;
  /** fraud / fired */
  readonly precision: number;
}

/** The rules that fired, most often first. */
export function ruleRows(decisions: readonly Decision[]): readonly RuleRow[] {
  const firings = decisions.flatMap(({ response, transaction }) =>
    response.rules.filter(({ result }) => result === "FIRED").map((rule) => ({ rule, fraud: transaction.fraud })),
  );
  return [...Map.groupBy(firings, ({ rule }) => rule.name)]
    .map(([name, alike]) => {
      const { outcome, mode } = alike[0]!.rule;
      const fraud = alike.filter((firing) => firing.fraud).length;
      return { name, outcome, mode, fired: alike.length, fraud, precision: fraud / alike.length };
    })
    .sort((left, right) => right.fired - left.fired || (left.name < right.name ? -1 : 1));
}

import { outcomes } from "./generated-rules.ts";

/** What every side is asked for: the names of the rules that fired, and the strictest outcome any of them asks for. */
export interface Verdict {
  readonly outcome: string;
  readonly fired: readonly string[];
}

/** A rules engine made ready for some rules. */
export interface RulesEngine<Facts> {
  readonly name: string;
  /** How many calls are under way at a time, where that is faster. */
  readonly inFlight?: number;
  /** @param facts in the form the engine takes them. */
  decide(facts: Facts): Verdict | Promise<Verdict>;
}

/** The same work for every side: the outcome from the names of the rules that fired. */
export function verdictOf(fired: readonly string[], typeOf: ReadonlyMap<string, string>): Verdict {
  let strictest: number = outcomes.length - 1;
  for (const name of fired) {
    const rank = outcomes.indexOf(typeOf.get(name) as (typeof outcomes)[number]);
    if (rank < strictest) strictest = rank;
  }
  return { outcome: outcomes[strictest]!, fired };
}

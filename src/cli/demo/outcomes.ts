import type { Decision } from "./decider.ts";

/** A number of transactions and what they were worth. */
export interface Tally {
  readonly count: number;
  readonly amount: number;
}

export interface OutcomeRow {
  readonly outcome: string;
  readonly fraud: Tally;
  readonly legitimate: Tally;
}

/** How much fraud was caught, and at what price. */
export interface Detection {
  readonly fraud: Tally;
  readonly declined: Tally;
  readonly reviewed: Tally;
  readonly declinedOrReviewed: Tally;
  readonly legitimate: Tally;
  /** Legitimate transactions that were declined or reviewed. */
  readonly falsePositives: Tally;
}

/** The precedence of the demo's policy; outcomes that it does not know come after these. */
const known = ["decline", "review", "approve"];

/** One row an outcome, strictest first; the known ones always. */
export function outcomeRows(decisions: readonly Decision[]): readonly OutcomeRow[] {
  const outcomes = new Set([...known, ...decisions.map(({ response }) => response.outcome).sort()]);
  return [...outcomes].map((outcome) => {
    const alike = decisions.filter(({ response }) => response.outcome === outcome);
    return { outcome, fraud: tally(alike.filter(isFraud)), legitimate: tally(alike.filter(isLegitimate)) };
  });
}

export function detection(decisions: readonly Decision[]): Detection {
  const frauds = decisions.filter(isFraud);
  const legitimates = decisions.filter(isLegitimate);
  return {
    fraud: tally(frauds),
    declined: tally(frauds.filter(isDeclined)),
    reviewed: tally(frauds.filter(isReviewed)),
    declinedOrReviewed: tally(frauds.filter(isStopped)),
    legitimate: tally(legitimates),
    falsePositives: tally(legitimates.filter(isStopped)),
  };
}

const isFraud = ({ transaction }: Decision): boolean => transaction.fraud;
const isLegitimate = ({ transaction }: Decision): boolean => !transaction.fraud;
const isDeclined = ({ response }: Decision): boolean => response.outcome === "decline";
const isReviewed = ({ response }: Decision): boolean => response.outcome === "review";
const isStopped = (decision: Decision): boolean => isDeclined(decision) || isReviewed(decision);

/** Added up in cents: amounts are, and floating point is not. */
function tally(decisions: readonly Decision[]): Tally {
  const cents = decisions.reduce((sum, { transaction }) => sum + Math.round(transaction.amount * 100), 0);
  return { count: decisions.length, amount: cents / 100 };
}

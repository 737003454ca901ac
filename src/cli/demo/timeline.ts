import type { Transaction } from "../../simulate/simulate.ts";

/** One day that is decided, and the truth that is brought before it begins. */
interface DecidedDay {
  /** The transactions that became a week old since the last such day began, or ever before the first one. */
  readonly labels: readonly Transaction[];
  readonly transactions: readonly Transaction[];
}

/** What the demo does with the simulated transactions, in this order. */
export interface Timeline {
  /** Recorded without being decided. */
  readonly history: readonly Transaction[];
  readonly decided: readonly DecidedDay[];
}

const dayMs = 86_400_000;

/** So long after a transaction its truth is known. */
export const labelDelayMs = 7 * dayMs;

/**
 * Splits transactions in time order into history and the last days.
 * @param startMs midnight of the first of `days` days
 */
export function timeline(
  transactions: readonly Transaction[],
  { startMs, days, decideDays }: { readonly startMs: number; readonly days: number; readonly decideDays: number },
): Timeline {
  const before = (ms: number): number => firstFrom(transactions, ms);
  const firstMs = startMs + (days - decideDays) * dayMs;
  const decided = Array.from({ length: decideDays }, (_, index): DecidedDay => {
    const dayStartMs = firstMs + index * dayMs;
    const knownMs = dayStartMs - labelDelayMs;
    return {
      labels: transactions.slice(index === 0 ? 0 : before(knownMs - dayMs), before(knownMs)),
      transactions: transactions.slice(before(dayStartMs), before(dayStartMs + dayMs)),
    };
  });
  return { history: transactions.slice(0, before(firstMs)), decided };
}

/** The index of the first transaction at or after a moment. */
function firstFrom(transactions: readonly Transaction[], ms: number): number {
  const index = transactions.findIndex(({ occurredAtMs }) => occurredAtMs >= ms);
  return index === -1 ? transactions.length : index;
}

import type { VerdictClient } from "../../client/client.ts";
import { type Failure, ServiceError } from "../../client/service-error.ts";
import type { DecideResponse__Output } from "../../server/generated/verdict/v1/DecideResponse.ts";
import type { Transaction } from "../../simulate/simulate.ts";
import { inFlight } from "./in-flight.ts";
import { toEvent } from "./messages.ts";

/** One answered transaction. */
export interface Decision {
  readonly transaction: Transaction;
  readonly response: DecideResponse__Output;
  /** From the call to its answer, as the client sees it. Milliseconds. */
  readonly latencyMs: number;
}

interface Settings {
  readonly concurrency: number;
  readonly dryRun: boolean;
  /** After each answer, with its latency in milliseconds. */
  readonly onDone: (latencyMs: number) => void;
}

/** More than any policy allows: it only keeps a dead engine from holding up the demo. Milliseconds. */
export const deadlineMs = 5_000;

/** So many failures in a row mean that the engine is gone, or refuses everything. */
const patience = 100;

/**
 * Asks for decisions in the transactions' order, so many at the same time. Failed calls are counted, not repeated.
 * @returns `decisions` in the order of their answers; `gaveUp` if it stopped after too many failures in a row
 */
export async function decideAll(
  client: VerdictClient,
  transactions: readonly Transaction[],
  { concurrency, dryRun, onDone }: Settings,
): Promise<{ readonly decisions: Decision[]; readonly failures: Failure[]; readonly gaveUp: boolean }> {
  const decisions: Decision[] = [];
  const failures: Failure[] = [];
  let failedInARow = 0;
  await inFlight(transactions, concurrency, async (transaction) => {
    const startedMs = performance.now();
    try {
      const response = await client.decide({ ...toEvent(transaction), dry_run: dryRun }, { deadlineMs });
      const latencyMs = performance.now() - startedMs;
      decisions.push({ transaction, response, latencyMs });
      failedInARow = 0;
      onDone(latencyMs);
    } catch (error) {
      failures.push(ServiceError.from(error).toJSON());
      failedInARow++;
    }
    return failedInARow < patience ? "go on" : "stop";
  });
  return { decisions, failures, gaveUp: failedInARow >= patience };
}

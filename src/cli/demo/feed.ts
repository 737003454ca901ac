import type { VerdictClient } from "../../client/client.ts";
import type { Failure } from "../../client/service-error.ts";
import type { Transaction } from "../../simulate/simulate.ts";
import type { Progress } from "./progress.ts";

/** What the engine said about a stream, and how long it took. */
export interface Fed {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly seconds: number;
  /** One for each rejected message; the engine says why only of the first few. */
  readonly failures: readonly Failure[];
}

/** Sends transactions as one stream of messages. */
export async function feed<Message>(
  transactions: readonly Transaction[],
  toMessage: (transaction: Transaction) => Message,
  send: (messages: Iterable<Message>) => ReturnType<VerdictClient["recordEvents"]>,
  progress: Progress,
): Promise<Fed> {
  function* messages(): Generator<Message, undefined> {
    for (const transaction of transactions) {
      yield toMessage(transaction);
      progress.advance();
    }
  }
  const startedMs = performance.now();
  const { accepted, duplicates, rejected, rejections } = await send(messages());
  const seconds = (performance.now() - startedMs) / 1_000;
  const failures = Array.from({ length: rejected }, (_, index): Failure => {
    const { reason, message } = rejections[index] ?? {
      reason: "",
      message: "rejected; the engine names the first few",
    };
    return { code: "REJECTED", reason, message, violations: [] };
  });
  return { accepted, duplicates, rejected, seconds, failures };
}

import { readFileSync } from "node:fs";
import type { VerdictClient } from "../../src/client/client.ts";
import { toTimestamp } from "../../src/client/timestamp.ts";
import { toFields } from "../../src/client/value.ts";
import type { DecideRequest } from "../../src/server/generated/verdict/v1/DecideRequest.ts";
import { simulate } from "../../src/simulate/simulate.ts";

const inFlight = 32;
/** Linux reports processor time in ticks of 10 ms. */
const tickUs = 10_000;

/** Made-up card purchases, about so many, to be decided by `card-authorization`. */
export function cardRequests(count: number): DecideRequest[] {
  const events = [...simulate({ seed: 5, transactions: count }).transactions];
  return events.map(
    ({ requestId, occurredAtMs, customerId, terminalId, amount }): DecideRequest => ({
      request_id: requestId,
      policy: "card-authorization",
      event: toFields({ customer_id: customerId, terminal_id: terminalId, amount }),
      occurred_at: toTimestamp(occurredAtMs),
    }),
  );
}

/** Gives the next so many at a time. */
export function takeFrom(requests: readonly DecideRequest[]): (count: number) => DecideRequest[] {
  let at = 0;
  return (count) => {
    at += count;
    return requests.slice(at - count, at);
  };
}

/** Decides all, 32 at a time. @returns what each took, in milliseconds. */
export async function decideAll(client: VerdictClient, requests: readonly DecideRequest[]): Promise<number[]> {
  const queue = requests.values();
  const took: number[] = [];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const request of queue) {
        const began = performance.now();
        await client.decide(request);
        took.push(performance.now() - began);
      }
    }),
  );
  return took;
}

/** User and system time of a process so far, from /proc (fields 14 and 15 of stat, proc(5)). */
export function processorUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startChildEngine } from "../../src/cli/child-engine.ts";
import { connect, type VerdictClient } from "../../src/client/client.ts";
import { toTimestamp } from "../../src/client/timestamp.ts";
import { toFields } from "../../src/client/value.ts";
import type { DecideRequest } from "../../src/server/generated/verdict/v1/DecideRequest.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { compare, type Side } from "./rounds.ts";

const calls = 4000;
const inFlight = 32;
/** Linux reports processor time in ticks of 10 ms. */
const tickUs = 10_000;

/**
 * What a whole decision costs a server's processor (card-authorization: aggregates, expressions, model, rules), against a
 * bare gRPC server that echoes the same messages.
 */
export async function benchEngine(): Promise<void> {
  const events = [...simulate({ seed: 5, transactions: 30_000 }).transactions];
  const requests = events.map(
    ({ requestId, occurredAtMs, customerId, terminalId, amount }): DecideRequest => ({
      request_id: requestId,
      policy: "card-authorization",
      event: toFields({ customer_id: customerId, terminal_id: terminalId, amount }),
      occurred_at: toTimestamp(occurredAtMs),
    }),
  );
  const engine = await startChildEngine();
  const client = connect(engine.address);
  await client.waitUntilReady(10_000);
  const next = takeFrom(requests);
  await client.recordEvents(next(Math.max(0, requests.length - 8 * calls)));
  const sample = await client.decide(next(1)[0]!);
  const echo = await startEcho(sample);
  await run(client, next(1000));
  await run(echo.client, requests.slice(0, 1000));
  await compare(
    `engine: Decide, ${calls} calls a round, ${inFlight} in flight`,
    "µs of the server's processor a call",
    side("echo", echo.pid, () => run(echo.client, requests.slice(0, calls))),
    side("verdict", engine.pid, () => run(client, next(calls))),
  );
  client.close();
  echo.stop();
  await engine.stop();
}

function takeFrom(requests: readonly DecideRequest[]): (count: number) => DecideRequest[] {
  let at = 0;
  return (count) => {
    at += count;
    return requests.slice(at - count, at);
  };
}

async function startEcho(response: object): Promise<{ client: VerdictClient; pid: number; stop(): void }> {
  const child = fork(fileURLToPath(new URL("echo-process.ts", import.meta.url)));
  child.send(response);
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once("message", (message) => resolve(message as { port: number })),
  );
  const client = connect(`127.0.0.1:${port}`);
  const stop = () => {
    client.close();
    child.disconnect();
  };
  return { client, pid: child.pid!, stop };
}

function side(name: string, pid: number, work: () => Promise<number>): Side {
  return {
    name,
    async measure() {
      const before = processorUs(pid);
      const done = await work();
      return (processorUs(pid) - before) / done;
    },
  };
}

/** User and system time of a process so far, from /proc (fields 14 and 15 of stat, proc(5)). */
function processorUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

async function run(client: VerdictClient, requests: readonly DecideRequest[]): Promise<number> {
  const queue = requests.values();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const request of queue) await client.decide(request);
    }),
  );
  return requests.length;
}

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startChildEngine } from "../../src/cli/child-engine.ts";
import { connect, type VerdictClient } from "../../src/client/client.ts";
import { cardRequests, decideAll, processorUs, takeFrom } from "./cards.ts";
import { compare, type Side } from "./rounds.ts";

const calls = 4000;

/**
 * What a whole decision costs a server's processor (card-authorization: aggregates, expressions, model, rules), against a
 * bare gRPC server that echoes the same messages.
 */
export async function benchEngine(): Promise<void> {
  const requests = cardRequests(30_000);
  const engine = await startChildEngine();
  const client = connect(engine.address);
  await client.waitUntilReady(10_000);
  const next = takeFrom(requests);
  await client.recordEvents(next(Math.max(0, requests.length - 8 * calls)));
  const sample = await client.decide(next(1)[0]!);
  const echo = await startEcho(sample);
  await decideAll(client, next(1000));
  await decideAll(echo.client, requests.slice(0, 1000));
  await compare(
    `engine: Decide, ${calls} calls a round, 32 in flight`,
    "µs of the server's processor a call",
    side("echo", echo.pid, () => decideAll(echo.client, requests.slice(0, calls))),
    side("verdict", engine.pid, () => decideAll(client, next(calls))),
  );
  client.close();
  echo.stop();
  await engine.stop();
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

function side(name: string, pid: number, work: () => Promise<readonly number[]>): Side {
  return {
    name,
    async measure() {
      const before = processorUs(pid);
      const done = await work();
      return (processorUs(pid) - before) / done.length;
    },
  };
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startChildEngine } from "../../../src/cli/child-engine.ts";
import { connect } from "../../../src/client/client.ts";
import type { DecideRequest } from "../../../src/server/generated/verdict/v1/DecideRequest.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import { withCleanUp } from "../clean-up.ts";
import { printTable } from "../print-table.ts";
import { median } from "../rounds.ts";
import { prepareEngine } from "./documents.ts";
import { type Cost, measured } from "./measured.ts";
import { canPin, pin } from "./pin.ts";
import { purchases } from "./requests.ts";

const rounds = 5;
const calls = 5000;
const warmUpCalls = 20_000;
const inFlight = 32;

/**
 * What a whole decision costs: Decide against a bare grpc-js server that takes the same requests and gives the same
 * responses. The server has one core, those who call it (and Redis) another.
 */
export async function benchEngine(): Promise<void> {
  await withCleanUp(async (clean) => {
    const all = purchases();
    const setup = await prepareEngine(clean, [...new Set(all.map(({ event }) => event!.customer_id!.stringValue!))]);
    const engine = await startChildEngine({ dataDir: setup.dataDir, flags: setup.flags });
    clean.later(() => engine.stop());
    const first = all.length - warmUpCalls - rounds * calls;
    const sample = await decideAfter(engine.address, all.slice(0, first - 1), all[first - 1]!);
    const echo = await startChild<{ port: number }>(clean, "echo-process.ts", sample);
    const loader = await startChild<"ready">(clean, "load-process.ts");
    const pinned = canPin();
    if (pinned) for (const pid of [engine.pid, echo.child.pid!]) pin(pid, 0);
    if (pinned) for (const pid of [setup.redisPid, loader.child.pid!]) pin(pid, 1);

    const bare = measured(loader.child, inFlight, echo.child.pid!, `127.0.0.1:${echo.said.port}`);
    const verdict = measured(loader.child, inFlight, engine.pid, engine.address);
    for (let round = 0; round <= rounds; round++) {
      const from = round === 0 ? first : first + warmUpCalls + (round - 1) * calls;
      for (const side of [bare, verdict]) await side.measure(from, round === 0 ? warmUpCalls : calls);
    }
    const where = pinned
      ? "pinned to one core, its callers to another"
      : "not pinned: there is no taskset, or one core";
    process.stdout.write(`engine: unary Decide, ${calls} calls a round, ${inFlight} in flight, server ${where}\n`);
    print(bare.costs, verdict.costs);
  });
}

/** Every round, the first of which warmed both up, and the ratios of the medians of the others. */
function print(bare: readonly Cost[], verdict: readonly Cost[]): void {
  const shown = ({ perSecond, us }: Cost) => [perSecond.toFixed(0), us.toFixed(0)];
  const rows = bare.map((cost, round) => [
    round === 0 ? "warm-up" : `round ${round}`,
    ...shown(cost),
    ...shown(verdict[round]!),
  ]);
  printTable(["", "echo calls/s", "µs a call", "verdict calls/s", "µs a call"], rows);
  const middle = (costs: readonly Cost[], what: keyof Cost) => median(costs.slice(1).map((cost) => cost[what]));
  const share = (part: number) => `${(part * 100).toFixed(0)} %`;
  const [calls, time] = [
    middle(verdict, "perSecond") / middle(bare, "perSecond"),
    middle(bare, "us") / middle(verdict, "us"),
  ];
  process.stdout.write(`  of the echo's calls/s verdict has ${share(calls)}; by processor time ${share(time)}\n`);
}

/** Counts what was before, then decides one event: the response that the echo gives. */
async function decideAfter(address: string, history: readonly DecideRequest[], next: DecideRequest): Promise<object> {
  const client = connect(address);
  try {
    await client.waitUntilReady(10_000);
    await client.recordEvents(history);
    const answer = await client.decide(next);
    const answered = answer.sources.map(({ kind, status }) => `${kind} ${status}`);
    for (const kind of ["table", "redis", "aggregate"])
      if (!answered.includes(`${kind} OK`))
        throw new Error(`the ${kind} source did not answer: ${answered.join(", ")}`);
    if (answer.scores[0]?.status !== "OK") throw new Error("the model did not score");
    return answer;
  } finally {
    client.close();
  }
}

/** A process beside this one, and the first thing it said. */
async function startChild<Said>(
  clean: CleanUp,
  file: string,
  message?: object,
): Promise<{ child: ChildProcess; said: Said }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)));
  clean.later(() => child.disconnect());
  if (message !== undefined) child.send(message);
  const [said] = (await once(child, "message")) as [Said];
  return { child, said };
}

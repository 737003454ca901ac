import type { Writable } from "node:stream";
import { connect, type VerdictClient } from "../../client/client.ts";
import { type Failure, ServiceError } from "../../client/service-error.ts";
import { simulate, type Transaction } from "../../simulate/simulate.ts";
import { deadlineMs } from "./decider.ts";
import { drive } from "./drive.ts";
import { type Explained, explained, mostInteresting } from "./explained.ts";
import { toEvent } from "./messages.ts";
import { createProgress } from "./progress.ts";
import { render } from "./render.ts";
import { type DemoReport, report } from "./report.ts";
import { timeline } from "./timeline.ts";

export interface DemoOptions {
  /** About how many transactions are simulated. */
  readonly transactions: number;
  readonly seed: number;
  readonly days: number;
  /** The last days, which are decided; fewer than `days`. What comes before is recorded as history. */
  readonly decideDays: number;
  /** Calls in flight at the same time. */
  readonly concurrency: number;
  /** Print the report as one JSON object. */
  readonly json: boolean;
}

/** A running engine. */
interface Engine {
  /** `host:port` of its gRPC server. */
  readonly address: string;
  stop(): Promise<void>;
}

/** What the demo needs from outside. */
export interface DemoParts {
  /** Takes the report. */
  readonly out: Writable;
  /** Takes progress and errors. */
  readonly err: Writable & { readonly isTTY?: boolean };
  readonly startEngine: () => Promise<Engine>;
}

const readyWithinMs = 60_000;

/**
 * Simulates card transactions, feeds the engine with history and labels, has it decide the last days over gRPC and prints
 * the report.
 * @returns the exit code: 0, or 1 if any call failed
 */
export async function runDemo(options: DemoOptions, { out, err, startEngine }: DemoParts): Promise<number> {
  const engine = await startEngine();
  const client = connect(engine.address);
  try {
    await client.waitUntilReady(readyWithinMs);
    const result = await measure(options, client, err);
    out.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : render(result));
    return result.failures.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    err.write(`The demo could not start: ${error.message}\n`);
    return 1;
  } finally {
    client.close();
    await engine.stop();
  }
}

async function measure(options: DemoOptions, client: VerdictClient, err: DemoParts["err"]): Promise<DemoReport> {
  const simulation = simulate(options);
  const transactions = [...simulation.transactions];
  const plan = timeline(transactions, { ...simulation, decideDays: options.decideDays });
  const driven = await drive(client, plan, options.concurrency, createProgress(err));
  const decisions = driven.days.flatMap((day) => day.decisions);
  // Labels that came after an earlier day would show in its decisions if they were made again: prefer the last day's.
  const chosen = mostInteresting(driven.days.at(-1)?.decisions ?? []) ?? mostInteresting(decisions);
  const explanation = chosen ? await explain(client, chosen.transaction, driven.failures) : null;
  return report({ options, simulation, transactions: transactions.length, driven, explanation });
}

async function explain(
  client: VerdictClient,
  transaction: Transaction,
  failures: Failure[],
): Promise<Explained | null> {
  try {
    const request = { ...toEvent(transaction), explain: true, dry_run: true };
    return explained(transaction, await client.decide(request, { deadlineMs }));
  } catch (error) {
    failures.push(ServiceError.from(error).toJSON());
    return null;
  }
}

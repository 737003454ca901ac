import type { VerdictClient } from "../../client/client.ts";
import { type Failure, ServiceError } from "../../client/service-error.ts";
import type { Transaction } from "../../simulate/simulate.ts";
import { type Decision, decideAll } from "./decider.ts";
import { type Fed, feed } from "./feed.ts";
import { toEvent, toLabel } from "./messages.ts";
import type { Progress } from "./progress.ts";
import type { Timeline } from "./timeline.ts";

/** What came of a timeline, as far as it got. */
export interface Driven {
  readonly events: Fed[];
  readonly labels: Fed[];
  /** Before the days, and not measured. */
  readonly warmUp: DrivenDay[];
  readonly days: DrivenDay[];
  readonly failures: Failure[];
}

interface DrivenDay {
  readonly decisions: readonly Decision[];
  readonly seconds: number;
}

const streamDeadlineMs = 600_000;
/** Unmeasured decisions that let both sides compile their code; of history, and dry, so that they change nothing. */
const warmUpRuns = 500;

/** Takes the engine through a timeline. What fails is among the failures; when nothing works any more it ends early. */
export async function drive(
  client: VerdictClient,
  { history, decided }: Timeline,
  concurrency: number,
  progress: Progress,
): Promise<Driven> {
  const driven: Driven = { events: [], labels: [], warmUp: [], days: [], failures: [] };
  const settings = { deadlineMs: streamDeadlineMs };

  const record = (): Promise<Fed> =>
    step(progress, "recording history", history, () =>
      feed(history, toEvent, (events) => client.recordEvents(events, settings), progress),
    );
  const label = (known: readonly Transaction[]): Promise<Fed> =>
    step(progress, "reporting labels", known, () =>
      feed(known, toLabel, (labels) => client.reportLabels(labels, settings), progress),
    );
  const decide = async (name: string, transactions: readonly Transaction[], into: DrivenDay[]): Promise<void> => {
    const startedMs = performance.now();
    const dryRun = into === driven.warmUp;
    const { decisions, failures, gaveUp } = await step(progress, name, transactions, () =>
      decideAll(client, transactions, { concurrency, dryRun, onDone: progress.advance }),
    );
    into.push({ decisions, seconds: (performance.now() - startedMs) / 1_000 });
    driven.failures.push(...failures);
    if (gaveUp) throw new GaveUp();
  };

  try {
    driven.events.push(await record());
    for (const [index, day] of decided.entries()) {
      driven.labels.push(await label(day.labels));
      if (index === 0) await decide("warming up", history.slice(-warmUpRuns), driven.warmUp);
      await decide(`deciding day ${index + 1} of ${decided.length}`, day.transactions, driven.days);
    }
  } catch (error) {
    if (error instanceof ServiceError) driven.failures.push(error.toJSON());
    else if (!(error instanceof GaveUp)) throw error;
  }
  for (const { failures } of [...driven.events, ...driven.labels]) {
    for (const failure of failures) driven.failures.push(failure);
  }
  return driven;
}

/** Ends a drive whose failures are already counted. */
class GaveUp extends Error {}

async function step<Result>(
  progress: Progress,
  name: string,
  { length }: { readonly length: number },
  run: () => Promise<Result>,
): Promise<Result> {
  progress.begin(name, length);
  try {
    return await run();
  } finally {
    progress.end();
  }
}

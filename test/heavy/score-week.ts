import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { parseArgs } from "node:util";
import { startChildEngine } from "../../src/cli/child-engine.ts";
import { createProgress } from "../../src/cli/demo/progress.ts";
import { connect } from "../../src/client/client.ts";
import type { DecideResponse__Output } from "../../src/server/generated/verdict/v1/DecideResponse.ts";
import { fromParquet } from "../parity/support/events.ts";
import { replay } from "../parity/support/replay.ts";
import { summary } from "../parity/support/summary.ts";

interface ScoreOptions {
  /** A Parquet file of card transactions. */
  readonly data: string;
  /** Takes `transaction_id,score`, one line an event. */
  readonly out: string;
  /** Default: the engine's own. */
  readonly models?: string | undefined;
  readonly fromMs: number;
  readonly days: number;
  readonly historyFromMs: number;
}

const dayMs = 86_400_000;

/**
 * Decides every event of some days through a real engine, after the history before them, and writes the model's scores.
 * An event that got none has the score 0.
 * @returns how many events got each status: `OK`, why there was no score, or `GATE` where the gate answered
 */
export async function scoreDays({ data, out, models, fromMs, days, historyFromMs }: ScoreOptions) {
  const events = await fromParquet({ file: data, historyFromMs, fromMs, untilMs: fromMs + days * dayMs });
  const engine = await startChildEngine({ flags: models === undefined ? [] : ["--models", models] });
  const client = connect(engine.address);
  const progress = createProgress(process.stderr);
  const file = createWriteStream(out);
  const statuses = new Map<string, number>();
  try {
    file.write("transaction_id,score\n");
    progress.begin(`replaying events, deciding the last ${days} days`, events.count);
    await replay(client, events, {
      explain: false,
      onDecision({ requestId }, response) {
        const { score, status } = scoreOf(response);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        file.write(`${requestId.slice("tx-".length)},${score}\n`);
      },
      onEvent: () => progress.advance(),
    });
    progress.end();
  } finally {
    client.close();
    await engine.stop();
    events.close();
    file.end();
    await once(file, "close");
  }
  return statuses;
}

function scoreOf({ scores: [score] }: DecideResponse__Output): { readonly score: number; readonly status: string } {
  if (score === undefined) return { score: 0, status: "GATE" };
  return { score: score.value ?? 0, status: score.status };
}

/** A table of what `scoreDays` gives. */
export function renderStatuses(statuses: ReadonlyMap<string, number>): string {
  return summary(["score", "events"], [...statuses].sort());
}

const usage = `usage: node test/heavy/score-week.ts --data FILE --out scores.csv
  [--models DIR] [--from 2018-08-01] [--days 7] [--history-from 2018-06-01]
`;

function optionsFrom(args: string[]): ScoreOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: "string" },
      out: { type: "string" },
      models: { type: "string" },
      from: { type: "string", default: "2018-08-01" },
      days: { type: "string", default: "7" },
      "history-from": { type: "string", default: "2018-06-01" },
    },
  });
  const { data, out, models } = values;
  const [fromMs, historyFromMs] = [Date.parse(values.from), Date.parse(values["history-from"])];
  const days = Number(values.days);
  if (data === undefined || out === undefined || !(historyFromMs <= fromMs) || !(days > 0)) return undefined;
  return { data, out, models, fromMs, days, historyFromMs };
}

if (import.meta.main) {
  const options = optionsFrom(process.argv.slice(2));
  if (options === undefined) {
    process.stderr.write(usage);
    process.exitCode = 2;
  } else {
    process.stdout.write(`${renderStatuses(await scoreDays(options))}\n`);
  }
}

import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { renderStatuses, scoreDays } from "./score-week.ts";

/** The last day of training: a week of delay lies between it and the week that is scored. */
const until = "2018-07-24";
const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** Trains, scores a week that came later through the engine, and says whether that is ahead of the baseline. */
async function checkQuality(data: string): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), "verdict-quality-"));
  try {
    const scores = path.join(folder, "scores.csv");
    const models = path.join(folder, "models");
    run("make", "--silent", ".venv/.installed");
    python("train.py", "--data", data, "--until", until, "--out", path.join(models, "card-fraud", "1"));
    const statuses = await scoreDays({
      ...{ data, out: scores, models, days: 7 },
      fromMs: Date.UTC(2018, 7, 1),
      historyFromMs: Date.UTC(2018, 5, 1),
    });
    process.stdout.write(`${renderStatuses(statuses)}\n\n`);
    python("evaluate.py", "--data", data, "--scores", scores, "--until", until);
    return 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class StepFailed extends Error {}

function python(script: string, ...args: readonly string[]): void {
  run(path.join(checkout, ".venv/bin/python"), path.join("models/train", script), ...args);
}

function run(command: string, ...args: readonly string[]): void {
  const { status, signal, error } = spawnSync(command, args, { cwd: checkout, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new StepFailed(`${[command, ...args].join(" ")} failed: ${signal ?? `exit code ${status}`}`);
}

const { DATA } = process.env;
if (DATA === undefined || DATA === "") {
  process.stderr.write("DATA has to name the file of transactions\n");
  process.exitCode = 2;
} else {
  process.exitCode = await checkQuality(path.resolve(DATA));
}

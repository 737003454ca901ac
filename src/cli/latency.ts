import { SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { durationMs } from "../domain/duration.ts";
import type { TimedDecision } from "../domain/timed-decision.ts";
import { Fleet } from "../latency/fleet.ts";
import { readTimings } from "./latency-files.ts";
import { decisionsFromJaeger } from "./latency-jaeger.ts";
import { renderLatency } from "./latency-render.ts";

interface Flags {
  readonly jaeger?: string;
  readonly service: string;
  readonly policy?: string;
  readonly since?: number;
  readonly limit: number;
  readonly cacheHit: number;
  readonly json?: true;
}

/** What traces are asked for unless told otherwise. */
const jaegerSinceMs = 3_600_000;

/** `verdict latency FILE… | --jaeger URL`: which source to make faster. */
export function latencyCommand(): Command {
  return new Command("latency")
    .description("what holds decisions up, and what would help: from timings files, or from Jaeger")
    .argument("[files...]", "what engines wrote with --timings; - is standard input")
    .option("--jaeger <url>", "read traces from a Jaeger instead, such as http://127.0.0.1:16686")
    .option("--service <name>", "the engine's name in Jaeger", "verdict")
    .option("--limit <traces>", "how many traces to ask Jaeger for", parseCount, 1500)
    .option("--policy <id>", "only decisions of this policy")
    .option(
      "--since <duration>",
      "only decisions of the last 30m, 1h, 7d, … (default with --jaeger: 1h)",
      parseDuration,
    )
    .option("--cache-hit <share>", "the share of fetches that a cache would answer, 0 to 1", parseShare, 0.9)
    .option("--json", "print the report as JSON")
    .action(async (files: readonly string[], flags: Flags, command: Command) => {
      if ((files.length === 0) === (flags.jaeger === undefined))
        command.error("error: name timings files, or a Jaeger with --jaeger", { exitCode: 2 });
      await run(files, flags, command);
    });
}

async function run(files: readonly string[], flags: Flags, command: Command): Promise<void> {
  const { writeOut = (text: string) => process.stdout.write(text), writeErr = (text) => process.stderr.write(text) } =
    command.configureOutput();
  const { jaeger, policy, since, cacheHit } = flags;
  const fleet = new Fleet(cacheHit);
  const fromMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.now() - since;
  const seen = new Set<string>();
  const add = (decision: TimedDecision) => {
    seen.add(decision.policy);
    if ((policy ?? decision.policy) === decision.policy && decision.arrivedAtMs >= fromMs) fleet.add(decision);
  };
  if (jaeger === undefined) await fromFiles(files, add, writeErr);
  else await fromJaeger({ ...flags, jaeger }, add, writeErr);
  const report = fleet.report();
  if (report.policies.length === 0) throw new Error(nothingFound(seen, flags));
  writeOut(flags.json ? `${JSON.stringify(report)}\n` : renderLatency(report));
}

const badLinesShown = 5;

async function fromFiles(
  files: readonly string[],
  add: (decision: TimedDecision) => void,
  writeErr: (text: string) => void,
): Promise<void> {
  const progress = showProgress();
  let good = 0;
  let bad = 0;
  const problems: string[] = [];
  try {
    await readTimings(files, {
      onDecision(decision) {
        good += 1;
        add(decision);
      },
      onBadLine(file, line, problem) {
        bad += 1;
        if (bad <= badLinesShown) problems.push(`${file}:${line}: ${problem}; the line is left out\n`);
      },
      onProgress: progress.show,
    });
  } finally {
    progress.end();
  }
  for (const problem of problems) writeErr(problem);
  if (bad > badLinesShown) writeErr(`${bad - badLinesShown} more lines are left out\n`);
  if (bad > 0 && good === 0)
    throw new Error("no line is a decision's timings: name files that an engine wrote with --timings");
}

async function fromJaeger(
  { jaeger, service, policy, since = jaegerSinceMs, limit }: Flags & { readonly jaeger: string },
  add: (decision: TimedDecision) => void,
  writeErr: (text: string) => void,
): Promise<void> {
  const { decisions, traces } = await decisionsFromJaeger({ url: jaeger, service, policy, sinceMs: since, limit });
  for (const decision of decisions) add(decision);
  if (traces >= limit) writeErr(`there are more than the ${limit} traces that were asked for: --limit asks for more\n`);
  writeErr("Jaeger has the decisions whose traces were kept, the slow and the failed first: a timings file has all\n");
}

function nothingFound(seen: ReadonlySet<string>, { policy, since, jaeger }: Flags): string {
  if (seen.size === 0) return "there are no decisions";
  const where = jaeger === undefined ? "these files" : "these traces";
  const when = since === undefined ? "" : " so late";
  return policy === undefined || seen.has(policy)
    ? `there are decisions in ${where}, but none${when}`
    : `there are no decisions of the policy ${policy} in ${where}, only of ${[...seen].join(", ")}`;
}

/** A bar on standard error if that is a terminal: reading takes minutes for a million decisions. */
function showProgress(): { show(done: number, total: number): void; end(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  const bar = new SingleBar({
    format: "reading {bar} {percentage}%",
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  return {
    show(done, total) {
      if (total === 0) return;
      if (!bar.isActive) bar.start(total, 0);
      bar.update(Math.min(done, total));
    },
    end: () => bar.stop(),
  };
}

function parseDuration(text: string): number {
  try {
    return durationMs(text);
  } catch {
    throw new InvalidArgumentError("write a duration such as 30m, 1h or 7d");
  }
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() === "" || !(share >= 0 && share <= 1)) throw new InvalidArgumentError("write a share from 0 to 1");
  return share;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("write a whole number from 1");
  return Number(text);
}

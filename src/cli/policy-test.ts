import { readFile, writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { loadDocuments } from "../compose.ts";
import type { Config } from "../config.ts";
import type { CompiledPolicy } from "../decide/compile.ts";
import { type Coverage, coverageOf } from "../decide/policy-tests/coverage.ts";
import { type TestResult, testPolicy } from "../decide/test-policy.ts";
import { placesIn } from "../policy/places.ts";
import { changesIn } from "./changes.ts";
import { choosePolicies } from "./choose-policies.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { exitCodeOf, exitCodes } from "./exit.ts";
import { junitOf } from "./policy-test-junit.ts";
import { coverageText, failuresText, resultsText } from "./policy-test-render.ts";

interface Flags {
  readonly json?: true;
  readonly junit?: string;
  readonly coverage?: true;
  readonly minCoverage?: number;
  readonly filter?: string;
  readonly watch?: true;
}

/** `verdict policy test`: runs the tests in the policies and beside them. */
export function testCommand(): Command {
  return withDocumentOptions(new Command("test"))
    .description("run the tests in the policies and beside them (<id>.tests.json)")
    .argument("[id...]", "policies (default: all)")
    .option("--filter <text>", "only tests whose name contains it")
    .option("--coverage", "tell which rules and comparisons no test saw from both sides")
    .option("--min-coverage <percent>", "fail if less is covered in a policy", toPercent)
    .option("--junit <file>", "write the results as JUnit XML")
    .option("--json", "print the results as JSON")
    .option("--watch", "run them again whenever a document changes, until interrupted")
    .action(async (ids: readonly string[], flags: Flags, command: Command) => {
      const config = configOf(command);
      if (flags.watch) await watch(config, () => runAll(config, ids, flags, command));
      else process.exitCode = await runAll(config, ids, flags, command);
    });
}

/** @returns the exit code. */
async function runAll(config: Config, ids: readonly string[], flags: Flags, command: Command): Promise<number> {
  const bundle = await loadDocuments(config);
  try {
    const results: TestResult[] = [];
    const coverages: Coverage[] = [];
    for (const compiled of choosePolicies(ids, bundle, command)) {
      const tests = compiled.policy.tests.filter(({ name }) => name.includes(flags.filter ?? ""));
      const found = await testPolicy(compiled, tests);
      results.push(...found);
      if (flags.coverage || flags.minCoverage !== undefined) coverages.push(await coverageIn(compiled, found));
    }
    if (flags.filter !== undefined && results.length === 0)
      command.error(`error: no test's name contains ${JSON.stringify(flags.filter)}`);
    if (flags.junit !== undefined) await writeFile(flags.junit, junitOf(results));
    const low = coverages.filter(({ percent }) => percent < (flags.minCoverage ?? 0));
    process.stdout.write(flags.json ? toJson(results, coverages) : toText(results, coverages, flags));
    for (const { policy, percent } of low)
      process.stderr.write(`${policy}: ${percent} % covered, ${flags.minCoverage} % demanded\n`);
    return low.length > 0 || results.some(({ failures }) => failures.length > 0) ? exitCodes.tests : exitCodes.ok;
  } finally {
    await bundle.close();
  }
}

async function coverageIn(compiled: CompiledPolicy, results: readonly TestResult[]): Promise<Coverage> {
  const { file } = compiled.policy;
  const runs = results.map(({ run }) => run);
  return coverageOf(compiled, runs, placesIn(file, await readFile(file, "utf8")));
}

function toText(results: readonly TestResult[], coverages: readonly Coverage[], { coverage }: Flags): string {
  return `${resultsText(results)}${coverage ? coverages.map(coverageText).join("") : ""}${failuresText(results)}`;
}

function toJson(results: readonly TestResult[], coverages: readonly Coverage[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const told = results.map(({ run: { resolution, shadowOutcome }, index: _, ...rest }) => {
    const { outcome, points, reasons } = resolution;
    return { ...rest, outcome, shadowOutcome, points, reasons: reasons.map(({ code }) => code) };
  });
  const coverage = coverages.length === 0 ? undefined : coverages;
  return `${JSON.stringify({ passed: results.length - failed, failed, results: told, coverage })}\n`;
}

/** Ends by a signal, and then well. Documents are often not readable while they are edited: that is said, and no more. */
async function watch(config: Config, run: () => Promise<number>): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  for await (const _ of changesIn(config, config.reloadMs, stop.signal)) {
    // On a screen only the newest results are wanted; in a file all are.
    if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[H");
    await run().catch((error: unknown) => exitCodeOf(error, (text) => process.stderr.write(text)));
    process.stdout.write("waiting for changes; Ctrl-C ends\n");
  }
}

function toPercent(text: string): number {
  const percent = Number(text);
  if (text.trim() === "" || !(percent >= 0 && percent <= 100))
    throw new InvalidArgumentError("It is a number from 0 to 100.");
  return percent;
}

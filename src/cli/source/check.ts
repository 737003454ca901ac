import { Command, Option } from "commander";
import { openOutside } from "../../compose-outside.ts";
import type { Config } from "../../config.ts";
import { systemClock } from "../../domain/clock.ts";
import { didYouMean } from "../../domain/suggest.ts";
import type { Catalogue } from "../../features/catalogue.ts";
import { configOf, withEngineOptions } from "../config-options.ts";
import { exitCodes } from "../exit.ts";
import { readEvent } from "../read-event.ts";
import { say } from "../say.ts";
import { askForSample, sourcesBehind } from "./answers.ts";
import { readCatalogue, readRemoteManifests } from "./documents.ts";
import { look } from "./look.ts";
import { positive } from "./numbers.ts";
import { showProgress } from "./progress.ts";
import { renderReports } from "./render-check.ts";
import { isGood } from "./report.ts";
import { collectKey, type Given, makeSample, type Sample } from "./sample.ts";
import { type Target, targetsOf } from "./targets.ts";

interface Flags {
  readonly key?: Given;
  readonly event?: string;
  readonly timeout: number;
  readonly json?: true;
}

/** `verdict source check`: whether everything that lies outside can be asked, and what it answers. */
export function checkCommand(): Command {
  return withEngineOptions(new Command("check"))
    .description(
      "connect to every source, remote model, list in Redis and the store of aggregates, and say what is wrong",
    )
    .argument("[name...]", 'sources, lists, models (card-fraud/1), or "aggregates" (default: all)')
    .addOption(
      new Option("--key <feature=value>", "also ask for the features of this key; again for more").argParser(
        collectKey,
      ),
    )
    .option("--event <file>", 'also ask for all features of an event: a JSON file with its attributes, "-" reads it')
    .option("--timeout <ms>", "how long to wait for each answer", positive, 2_000)
    .option("--json", "print the result as JSON")
    .action(async (names: readonly string[], flags: Flags, command: Command) => {
      const config = configOf(command);
      const catalogue = await readCatalogue(config);
      const sample = await sampleOf(catalogue, flags, command);
      const reports = await checkAll({ config, catalogue, names, sample, timeoutMs: flags.timeout }, command);
      const ok = reports.every(isGood);
      say(
        command,
        flags.json ? `${JSON.stringify({ ok, sources: reports })}\n` : renderReports(reports, sample !== undefined),
      );
      process.exitCode = ok ? exitCodes.ok : exitCodes.failed;
    });
}

/** @returns undefined without a key and an event. */
async function sampleOf(catalogue: Catalogue, { key, event }: Flags, command: Command): Promise<Sample | undefined> {
  if (key === undefined && event === undefined) return undefined;
  const attributes = event === undefined ? undefined : await readEvent(event, command);
  try {
    return makeSample(catalogue, { given: key, attributes, occurredAtMs: systemClock.now() });
  } catch (error) {
    command.error(`error: ${(error as Error).message}`);
  }
}

interface CheckParts {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly names: readonly string[];
  readonly sample: Sample | undefined;
  readonly timeoutMs: number;
}

async function checkAll({ config, catalogue, names, sample, timeoutMs }: CheckParts, command: Command) {
  const outside = openOutside(catalogue, config);
  const progress = showProgress();
  try {
    const targets = targetsOf(catalogue, await readRemoteManifests(config), outside);
    const chosen = choose(names, targets, sample !== undefined, command);
    const sources = new Set(chosen.flatMap(({ name }) => (catalogue.sources.has(name) ? [name] : [])));
    const behind = sample === undefined ? sources : sourcesBehind(sources, sample);
    const asked = targets.filter((target) => chosen.includes(target) || (isSource(target) && behind.has(target.name)));
    let done = 0;
    const looked = await Promise.all(
      asked.map(async (target) => {
        const found = await look(target, timeoutMs);
        progress.show(`asking: ${++done} of ${asked.length} answered`);
        return found;
      }),
    );
    const own = looked.filter(({ target }) => chosen.includes(target));
    if (sample === undefined) return own.map(({ report }) => report);
    progress.show("asking for features");
    const answered = await askForSample(
      sources,
      looked.filter(({ target }) => isSource(target)),
      sample,
      timeoutMs,
    );
    const others = own.filter(({ target }) => !isSource(target)).map(({ report }) => report);
    return [...answered, ...others];
  } finally {
    progress.end();
    await outside.close();
  }
}

/** Only sources of the catalogue have a bound on their fetches. */
function isSource({ timeoutMs }: Target): boolean {
  return timeoutMs !== undefined;
}

/** Sources of aggregates are all in one store: without a sample there is nothing to tell of each. */
function choose(names: readonly string[], targets: readonly Target[], hasSample: boolean, command: Command) {
  if (names.length === 0) return targets.filter(({ kind }) => kind !== "aggregate" || hasSample);
  const known = targets.map(({ name }) => name);
  for (const name of names.filter((each) => !known.includes(each))) {
    const hint = didYouMean(name, known) ?? (known.length === 0 ? "there is nothing" : `there is ${known.join(", ")}`);
    command.error(`error: there is no source ${name}; ${hint}`);
  }
  return targets.filter(({ name }) => names.includes(name));
}

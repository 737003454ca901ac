import { Command, Option } from "commander";
import { type Outside, openOutside } from "../../compose-outside.ts";
import { systemClock } from "../../domain/clock.ts";
import type { FeatureSource } from "../../domain/source.ts";
import { didYouMean } from "../../domain/suggest.ts";
import type { Catalogue, SourceSpec } from "../../features/catalogue.ts";
import { configOf, withEngineOptions } from "../config-options.ts";
import { exitCodes } from "../exit.ts";
import { say } from "../say.ts";
import { featuresOf } from "./answers.ts";
import { type GivenKey, keyOf, readKeys } from "./bench-keys.ts";
import { benchSource } from "./bench-source.ts";
import { readCatalogue } from "./documents.ts";
import { planFor } from "./gather.ts";
import type { BenchReport } from "./measured.ts";
import { positive, wholePositive } from "./numbers.ts";
import { showProgress } from "./progress.ts";
import { renderBench } from "./render-bench.ts";
import { collectKey, type Given } from "./sample.ts";

interface Flags {
  readonly key?: Given;
  readonly keys?: string;
  readonly seconds: number;
  readonly rate?: number;
  readonly concurrency?: number;
  readonly timeout: number;
  readonly json?: true;
}

const usualRatePerS = 200;

/** `verdict source bench`: how fast one source answers. */
export function benchCommand(): Command {
  return withEngineOptions(new Command("bench"))
    .description("fetch from one source again and again, reads only, and tell how long it takes")
    .argument("<name>", "the source")
    .addOption(new Option("--key <feature=value>", "a feature of the key; again for more").argParser(collectKey))
    .addOption(
      new Option("--keys <file>", 'keys in turn, one JSON object a line: {"customer_id": "42"}').conflicts("key"),
    )
    .option("--seconds <n>", "how long", positive, 5)
    .option("--rate <n>", `fetches a second, whatever the answers do (default: ${usualRatePerS})`, positive)
    .addOption(
      new Option("--concurrency <n>", "instead: fetches in flight, each followed by the next")
        .argParser(wholePositive)
        .conflicts("rate"),
    )
    .option("--timeout <ms>", "how long to wait for each answer", positive, 2_000)
    .option("--json", "print the result as JSON")
    .action(async (name: string, flags: Flags, command: Command) => {
      const config = configOf(command);
      const catalogue = await readCatalogue(config);
      const spec = chooseSource(name, catalogue, command);
      const keys = flags.keys === undefined ? [{ place: "--key", given: flags.key ?? {} }] : await readKeys(flags.keys);
      const outside = openOutside(catalogue, config);
      try {
        const { writeErr: warn = (text: string) => process.stderr.write(text) } = command.configureOutput();
        const report = await bench({ spec, catalogue, outside, keys, flags, warn });
        say(command, flags.json ? `${JSON.stringify(report)}\n` : renderBench(report));
        const answered = (report.statuses.OK ?? 0) + (report.statuses.NOT_FOUND ?? 0);
        process.exitCode = answered > 0 ? exitCodes.ok : exitCodes.failed;
      } finally {
        await outside.close();
      }
    });
}

function chooseSource(name: string, { sources }: Catalogue, command: Command): SourceSpec {
  const spec = sources.get(name);
  if (spec !== undefined) return spec;
  const hint = didYouMean(name, sources.keys()) ?? `the catalogue has ${[...sources.keys()].join(", ") || "none"}`;
  command.error(`error: there is no source ${name}; ${hint}`);
}

interface BenchParts {
  readonly spec: SourceSpec;
  readonly catalogue: Catalogue;
  readonly outside: Outside;
  readonly keys: readonly GivenKey[];
  readonly flags: Flags;
  /** Tells before the first fetch what should be known then. */
  readonly warn: (text: string) => void;
}

async function bench({ spec, catalogue, outside, keys: given, flags, warn }: BenchParts): Promise<BenchReport> {
  const { seconds, timeout: timeoutMs, rate: ratePerS = usualRatePerS, concurrency } = flags;
  const occurredAtMs = systemClock.now();
  const event = { requestId: "verdict-source", occurredAtMs, attributes: {} };
  const { source, probe } = outside.source(spec);
  const sources = lazily(catalogue, outside).set(spec.name, source);
  const keys = [];
  for (const each of given) keys.push(await keyOf(each, spec, { catalogue, sources, occurredAtMs, timeoutMs }));
  const plan = planFor({ catalogue, event }, featuresOf(new Set([spec.name]), catalogue), sources, timeoutMs);
  const node = plan.nodes.find(({ name, kind }) => name === spec.name && kind === "source");
  if (node === undefined)
    throw new Error(`no feature of the catalogue comes from ${spec.name}: there is nothing to fetch`);
  const progress = showProgress();
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  if (probe?.caution !== undefined) warn(`${spec.name}: ${probe.caution}\n`);
  try {
    return await benchSource({
      node,
      keys,
      event,
      load: concurrency === undefined ? { ratePerS } : { concurrency },
      seconds,
      timeoutMs,
      ownTimeoutMs: spec.timeoutMs,
      signal: stop.signal,
      onProgress: (asked) => progress.show(`${spec.name}: ${asked} fetches`),
    });
  } finally {
    progress.end();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

/** The catalogue's sources, each opened when something of it is wanted. */
function lazily(catalogue: Catalogue, outside: Outside): Map<string, FeatureSource> {
  return new Map(
    [...catalogue.sources.values()].map((spec) => {
      const { name, kind } = spec;
      let source: FeatureSource | undefined;
      const open = () => (source ??= outside.source(spec).source);
      return [name, { name, kind, prepare: (features) => open().prepare(features) }];
    }),
  );
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadDocuments } from "../compose.ts";
import type { Bundle } from "../decide/bundle.ts";
import { systemClock } from "../domain/clock.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import type { Finding } from "../policy/lint/finding.ts";
import { lintPolicy } from "../policy/lint/lint-policy.ts";
import { mentionsIn } from "../policy/lint/mentions.ts";
import { choosePolicies } from "./choose-policies.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { listNames } from "./editor-schema/list-names.ts";
import { exitCodes } from "./exit.ts";
import { lintCatalogue, withAllBehind } from "./policy-lint-catalogue.ts";
import { lintFeatures } from "./policy-lint-features.ts";
import { lintLists } from "./policy-lint-lists.ts";
import { renderFindings } from "./policy-lint-render.ts";
import { toSarif } from "./policy-lint-sarif.ts";
import { needsOf, renderNeeds } from "./policy-lint-sources.ts";

interface Flags {
  readonly json?: true;
  readonly sarif?: true;
  readonly strict?: true;
  readonly sources?: true;
  readonly today?: string;
}

/** `verdict policy lint`: what loads, but looks wrong. */
export function lintCommand(): Command {
  return withDocumentOptions(new Command("lint"))
    .description("find rules that never fire, thresholds out of reach and other likely mistakes")
    .argument("[id...]", "policies (default: all, the catalogue and the lists)")
    .option("--strict", "fail on warnings")
    .option("--sources", "show instead what each rule makes every decision fetch and score")
    .addOption(
      new Option("--today <day>", "the day that reviews and dates are held against (default: today, UTC)").argParser(
        readDay,
      ),
    )
    .option("--json", "print the result as JSON")
    .addOption(new Option("--sarif", "print the findings as SARIF 2.1.0").conflicts(["json", "sources"]))
    .action(async (ids: readonly string[], flags: Flags, command: Command) => {
      const { policiesDir, ...config } = configOf(command);
      const bundle = await loadDocuments({ policiesDir, ...config });
      await bundle.close();
      const chosen = choosePolicies(ids, bundle, command);
      if (flags.sources) {
        const needs = chosen.map((compiled) => ({ policy: compiled.policy.id, needs: needsOf(compiled) }));
        process.stdout.write(
          flags.json
            ? `${JSON.stringify({ policies: needs })}\n`
            : needs.map((each) => renderNeeds(each.policy, each.needs)).join("\n"),
        );
        return;
      }
      const { today = new Date(systemClock.now()).toISOString().slice(0, 10) } = flags;
      const features = lintFeatures(bundle.catalogue);
      const findings: Finding[] = ids.length > 0 ? [] : await sharedFindings(policiesDir, bundle);
      for (const { policy } of chosen)
        findings.push(...lintPolicy(policy, { text: await readFile(policy.file, "utf8"), features, today }));
      process.stdout.write(render(findings, flags));
      if (flags.strict && findings.some(({ severity }) => severity === "warning")) process.exitCode = exitCodes.failed;
    });
}

/** Of what all policies share: the catalogue and the lists. */
async function sharedFindings(policiesDir: string, { catalogue, policies }: Bundle): Promise<Finding[]> {
  const file = path.join(policiesDir, "features.json");
  const all = [...policies.values()];
  const mentions = await Promise.all(
    all.map(async ({ policy }) => mentionsIn(policy.file, await readFile(policy.file, "utf8"))),
  );
  const needed = withAllBehind([...mentions.flatMap(({ features }) => [...features])], catalogue);
  const asked = new Set(mentions.flatMap((each) => [...each.lists]));
  const used = {
    lists: asked,
    features: new Set([...needed.features, ...all.flatMap(({ plan }) => [...plan.index.keys()])]),
    sources: new Set([...needed.sources, ...all.flatMap(({ plan }) => plan.nodes.map(({ name }) => name))]),
  };
  const lists = (await listNames(policiesDir)).map(({ name }) => ({
    name,
    file: path.join(policiesDir, "lists", `${name}.txt`),
  }));
  return [...lintCatalogue(file, await readFile(file, "utf8"), used), ...lintLists(lists, asked)];
}

function readDay(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || parseIsoTimestamp(text) === undefined)
    throw new InvalidArgumentError("write a day as 2026-12-31");
  return text;
}

function render(findings: readonly Finding[], { json, sarif }: Flags): string {
  if (json) return `${JSON.stringify({ findings })}\n`;
  return sarif ? `${JSON.stringify(toSarif(findings, process.cwd()))}\n` : renderFindings(findings);
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import { Command, Option } from "commander";
import { loadDocuments } from "../compose.ts";
import type { Bundle } from "../decide/bundle.ts";
import type { Finding } from "../policy/lint/finding.ts";
import { lintPolicy } from "../policy/lint/lint-policy.ts";
import { choosePolicies } from "./choose-policies.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { exitCodes } from "./exit.ts";
import { lintCatalogue } from "./policy-lint-catalogue.ts";
import { lintFeatures } from "./policy-lint-features.ts";
import { renderFindings } from "./policy-lint-render.ts";
import { toSarif } from "./policy-lint-sarif.ts";
import { needsOf, renderNeeds } from "./policy-lint-sources.ts";

interface Flags {
  readonly json?: true;
  readonly sarif?: true;
  readonly strict?: true;
  readonly sources?: true;
}

/** `verdict policy lint`: what loads, but looks wrong. */
export function lintCommand(): Command {
  return withDocumentOptions(new Command("lint"))
    .description("find rules that never fire, thresholds out of reach and other likely mistakes")
    .argument("[id...]", "policies (default: all, and the catalogue)")
    .option("--strict", "fail on warnings")
    .option("--sources", "show instead what each rule makes every decision fetch and score")
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
      const features = lintFeatures(bundle.catalogue);
      const findings: Finding[] = ids.length > 0 ? [] : await catalogueFindings(policiesDir, bundle);
      for (const { policy } of chosen)
        findings.push(...lintPolicy(policy, { text: await readFile(policy.file, "utf8"), features }));
      process.stdout.write(render(findings, flags));
      if (flags.strict && findings.some(({ severity }) => severity === "warning")) process.exitCode = exitCodes.failed;
    });
}

async function catalogueFindings(policiesDir: string, { policies }: Bundle): Promise<Finding[]> {
  const file = path.join(policiesDir, "features.json");
  const plans = [...policies.values()].map(({ plan }) => plan);
  return lintCatalogue(file, await readFile(file, "utf8"), {
    features: new Set(plans.flatMap(({ index }) => [...index.keys()])),
    sources: new Set(plans.flatMap(({ nodes }) => nodes.map(({ name }) => name))),
  });
}

function render(findings: readonly Finding[], { json, sarif }: Flags): string {
  if (json) return `${JSON.stringify({ findings })}\n`;
  return sarif ? `${JSON.stringify(toSarif(findings, process.cwd()))}\n` : renderFindings(findings);
}

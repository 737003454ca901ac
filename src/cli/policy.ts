import { Command } from "commander";
import { loadDocuments } from "../compose.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { diffCommand } from "./policy-diff.ts";
import { explainCommand } from "./policy-explain.ts";
import { graphCommand } from "./policy-graph.ts";
import { lintCommand } from "./policy-lint.ts";
import { schemaCommand } from "./policy-schema.ts";
import { testCommand } from "./policy-test.ts";

/** `verdict policy …`: what analysts run on the documents they edit. */
export function policyCommand(): Command {
  return new Command("policy")
    .description("check, test, lint, explain, compare and draw policies")
    .addCommand(checkCommand())
    .addCommand(testCommand())
    .addCommand(lintCommand())
    .addCommand(explainCommand())
    .addCommand(diffCommand())
    .addCommand(graphCommand())
    .addCommand(schemaCommand());
}

function checkCommand(): Command {
  return withDocumentOptions(new Command("check"))
    .description("load the catalogue, all policies and all models, and report everything that is wrong")
    .option("--json", "print the result as JSON")
    .action(async ({ json }: { json?: true }, command: Command) => {
      const bundle = await loadDocuments(configOf(command));
      const policies = [...bundle.policies.values()].map(({ policy, plan }) => ({
        id: policy.id,
        rules: policy.rules.length,
        tests: policy.tests.length,
        features: plan.slots.length,
        sources: plan.nodes.filter(({ kind }) => kind === "source").map(({ name }) => name),
        models: policy.scores.map(({ model, version }) => `${model}/${version}`),
      }));
      if (json) process.stdout.write(`${JSON.stringify({ digest: bundle.digest, policies })}\n`);
      else {
        for (const { id, rules, features, sources, models } of policies) {
          process.stdout.write(
            `${id}: ${rules} rules, ${features} features from ${sources.join(", ")}; models ${models.join(", ") || "none"}\n`,
          );
        }
        process.stdout.write(`all good; bundle ${bundle.digest}\n`);
      }
      await bundle.close();
    });
}

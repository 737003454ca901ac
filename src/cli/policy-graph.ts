import { Command, Option } from "commander";
import { loadDocuments } from "../compose.ts";
import { graphOf } from "../decide/graph.ts";
import { choosePolicies } from "./choose-policies.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { graphMermaid, graphText } from "./policy-graph-render.ts";

/** `verdict policy graph`: what a policy fetches and computes, and what each step waits for. */
export function graphCommand(): Command {
  return withDocumentOptions(new Command("graph"))
    .description("print what a policy fetches and computes, and what each step waits for")
    .argument("[id...]", "policies (default: all)")
    .addOption(new Option("--mermaid", "print a Mermaid flowchart").conflicts("json"))
    .option("--json", "print the graphs as JSON")
    .action(async (ids: readonly string[], { json, mermaid }: { json?: true; mermaid?: true }, command: Command) => {
      const bundle = await loadDocuments(configOf(command));
      const graphs = choosePolicies(ids, bundle, command).map(graphOf);
      await bundle.close();
      if (json) process.stdout.write(`${JSON.stringify(graphs)}\n`);
      else process.stdout.write(`${graphs.map(mermaid ? graphMermaid : graphText).join("\n\n")}\n`);
    });
}

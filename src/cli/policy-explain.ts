import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { loadDocuments } from "../compose.ts";
import { didYouMean } from "../domain/suggest.ts";
import { readWrittenPolicy } from "../policy/explain-document.ts";
import { explainPolicy } from "../policy/explain-policy.ts";
import { explainRule, explainRuleInLines, type WrittenRule } from "../policy/explain-rule.ts";
import { choosePolicies } from "./choose-policies.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";

/** `verdict policy explain`: a policy in plain sentences. */
export function explainCommand(): Command {
  return withDocumentOptions(new Command("explain"))
    .description("say in plain sentences what a policy's rules do")
    .argument("<id>", "the policy")
    .argument("[rule]", "one of its rules (default: all)")
    .option("--json", "print the sentences as JSON")
    .action(async (id: string, name: string | undefined, { json }: { json?: true }, command: Command) => {
      const bundle = await loadDocuments(configOf(command));
      await bundle.close();
      const [compiled] = choosePolicies([id], bundle, command);
      const { file } = compiled!.policy;
      const written = readWrittenPolicy(file, await readFile(file, "utf8"));
      const rules = written.rules.filter((rule) => name === undefined || rule.name === name);
      if (name !== undefined && rules.length === 0) {
        const names = written.rules.map((rule) => rule.name);
        command.error(`error: ${id} has no rule ${name}; ${didYouMean(name, names) ?? `it has ${names.join(", ")}`}`);
      }
      const policy = name === undefined ? explainPolicy(written) : [];
      process.stdout.write(
        json ? `${JSON.stringify({ id, policy, rules: rules.map(toJson) })}\n` : renderExplained(policy, rules),
      );
    });
}

function toJson(rule: WrittenRule): object {
  const { name, mode, outcome, reason, points, firesOnUnknown } = rule;
  const onUnknown = firesOnUnknown ? "fire" : "ignore";
  return { name, mode, outcome, reason, points, onUnknown, sentence: explainRule(rule) };
}

/** The policy's sentences, then each rule's under its name. */
function renderExplained(policy: readonly string[], rules: readonly WrittenRule[]): string {
  const blocks = rules.map((rule) => [rule.name, ...explainRuleInLines(rule).map((line) => `  ${line}`)]);
  return [...(policy.length === 0 ? [] : [policy]), ...blocks].map((lines) => `${lines.join("\n")}\n`).join("\n");
}

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { DocumentError } from "../documents/problem.ts";
import { readWrittenPolicy, type WrittenPolicy } from "../policy/explain-document.ts";
import { type Compared, compareFolders, comparePolicies } from "./compare-policies.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { exitCodes } from "./exit.ts";
import { renderDiff } from "./policy-diff-render.ts";

interface Flags {
  readonly base?: string;
  readonly exitCode?: true;
  readonly json?: true;
}

/** `verdict policy diff`: what a change means, whatever it looks like. */
export function diffCommand(): Command {
  return withDocumentOptions(new Command("diff"))
    .description("say what differs in meaning between two policies, or two folders of them")
    .argument("[before]", "the file of a policy")
    .argument("[after]", "the file it is compared with")
    .option("--base <folder>", "compare all policies with those in this folder")
    .option("--exit-code", "end with 1 if anything differs")
    .option("--json", "print the result as JSON")
    .action(async (before: string | undefined, after: string | undefined, flags: Flags, command: Command) => {
      const compared = await compare(before, after, flags, command);
      process.stdout.write(flags.json ? `${JSON.stringify({ policies: compared })}\n` : renderDiff(compared));
      if (flags.exitCode && compared.some(({ status }) => status !== "same")) process.exitCode = exitCodes.failed;
    });
}

async function compare(
  before: string | undefined,
  after: string | undefined,
  { base }: Flags,
  command: Command,
): Promise<readonly Compared[]> {
  if (base !== undefined) {
    if (before !== undefined) command.error("error: give two files or --base, not both");
    return compareFolders(await readFolder(base), await readFolder(configOf(command).policiesDir));
  }
  if (before === undefined || after === undefined) command.error("error: give two files, or --base <folder>");
  return [comparePolicies(await read(before), await read(after))];
}

/** Policies by id. */
async function readFolder(folder: string): Promise<ReadonlyMap<string, WrittenPolicy>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => unreadable(folder, error));
  const files = names.filter((name) => name.endsWith(".json") && !name.startsWith(".") && name !== "features.json");
  const policies = await Promise.all(files.map((name) => read(path.join(folder, name))));
  return new Map(policies.map((policy) => [policy.document.id, policy]));
}

async function read(file: string): Promise<WrittenPolicy> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => unreadable(file, error));
  return readWrittenPolicy(file, text);
}

function unreadable(file: string, { code }: NodeJS.ErrnoException): never {
  const message = `cannot be read (${code})`;
  throw new DocumentError([
    { file, line: 0, column: 0, path: "$", message, fix: "give the path of one that is there" },
  ]);
}

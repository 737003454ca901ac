import { stat } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { DocumentError } from "../documents/problem.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import type { ListSpec } from "../features/catalogue.ts";
import { buildList } from "../sources/list/build.ts";
import { knowList } from "../sources/list/known.ts";
import { listFile, listNamesIn, misnamedIn } from "../sources/list/names.ts";
import type { ListProblems } from "../sources/list/problems.ts";
import { timeText } from "../sources/list/rewrite.ts";
import { withDocumentOptions } from "./config-options.ts";
import { exitCodes } from "./exit.ts";
import { chooseList, documentProblems, listsFolder, refuseBadList } from "./list-files.ts";
import { outsideLists, renderOutside, reportOutside, unlessLost, withOutside } from "./list-outside.ts";
import { toProblem } from "./list-problem.ts";
import { say } from "./say.ts";

/** One list as it would be loaded. */
interface Report {
  readonly name: string;
  readonly file: string;
  readonly fileBytes: number;
  /** undefined when the file is bad. */
  readonly contents:
    | { readonly entries: number; readonly expiring: number; readonly bytes: number; readonly digest: string }
    | undefined;
  readonly problems: ListProblems;
}

export function showCommand(): Command {
  return withDocumentOptions(new Command("show"))
    .description("show the lists, how long they are, and what is wrong with them")
    .argument("[name]", "one list (default: all)")
    .option("--json", "print the lists as JSON")
    .action(async (name: string | undefined, { json }: { json?: true }, command: Command) => {
      const folder = listsFolder(command);
      const chosen = name === undefined ? undefined : await chooseList(name, command);
      const outside = chosen === undefined ? [...(await outsideLists(command)).values()] : [];
      if (typeof chosen === "object") outside.push(chosen);
      const files = name === undefined ? await listNamesIn(folder) : typeof chosen === "string" ? [name] : [];
      const reports = await reportAll(folder, files);
      const others = await Promise.all(outside.map((spec) => reportOutside(spec, command)));
      if (json) say(command, `${JSON.stringify({ lists: [...reports.map(toJson), ...others] })}\n`);
      else if (reports.length + others.length === 0) say(command, `${folder} has no lists\n`);
      else say(command, [...reports.map(render), ...others.map(renderOutside)].join(""));
    });
}

export function checkCommand(): Command {
  return withDocumentOptions(new Command("check"))
    .description("read all lists, and report everything that is wrong")
    .option("--json", "print the result as JSON")
    .action(async ({ json }: { json?: true }, command: Command) => {
      const folder = listsFolder(command);
      const reports = await reportAll(folder, await listNamesIn(folder));
      const outside = [...(await outsideLists(command)).values()];
      const others = await Promise.all(outside.map((spec) => reportOutside(spec, command)));
      const problems = [
        ...others.flatMap((each) => each.problems),
        ...reports.flatMap(({ file, problems }) => documentProblems(file, problems)),
        ...(await misnamedIn(folder)).map((file) =>
          toProblem(
            path.join(folder, file),
            0,
            "it cannot be a list's name",
            "begin with a letter a to z, go on with a to z, 0 to 9, _ and -",
          ),
        ),
      ];
      if (json) {
        say(command, `${JSON.stringify({ lists: [...reports.map(toJson), ...others], problems })}\n`);
        if (problems.length > 0) process.exitCode = exitCodes.documents;
        return;
      }
      if (problems.length > 0) throw new DocumentError(problems);
      say(command, `${[...reports.map(render), ...others.map(renderOutside)].join("")}all good\n`);
    });
}

export function hasCommand(): Command {
  return withDocumentOptions(new Command("has"))
    .description("say whether an entry is in a list")
    .argument("<name>", "the list")
    .argument("<entry>", "the entry")
    .option("--at <time>", "when, ISO 8601 (default: now)")
    .option("--json", "print the answer as JSON")
    .action(async (name: string, entry: string, { at, json }: { at?: string; json?: true }, command: Command) => {
      const atMs = at === undefined ? Date.now() : parseIsoTimestamp(at);
      if (atMs === undefined) command.error(`error: --at ${at} is not a time; write it as 2026-11-01T10:00:00Z`);
      const chosen = await chooseList(name, command);
      if (typeof chosen === "object") {
        if (at !== undefined) command.error(`error: entries of ${name} have no times: leave --at out`);
        return await sayIfOutside(chosen, entry, json, command);
      }
      const { found } = await refuseBadList(knowList(chosen, new Set([entry])));
      const expiresAtMs = found.get(entry);
      const listed = expiresAtMs !== undefined && expiresAtMs > atMs;
      const expires =
        expiresAtMs === undefined || expiresAtMs === Number.POSITIVE_INFINITY ? undefined : timeText(expiresAtMs);
      if (json) {
        say(command, `${JSON.stringify({ list: name, entry, at: timeText(atMs), listed, expires })}\n`);
        return;
      }
      const when = expires === undefined ? "" : listed ? `, until ${expires}` : `: it expired ${expires}`;
      say(command, `${entry} is ${listed ? "" : "not "}in ${name}${when}\n`);
    });
}

async function sayIfOutside(spec: ListSpec, entry: string, json: true | undefined, command: Command): Promise<void> {
  const found = await withOutside(spec, command, async (list) =>
    unlessLost(await list.find([entry]), spec, list, command),
  );
  const [{ name }, listed] = [spec, found.has(entry)];
  const text = json ? JSON.stringify({ list: name, entry, listed }) : `${entry} is ${listed ? "" : "not "}in ${name}`;
  say(command, `${text}\n`);
}

async function reportAll(folder: string, names: readonly string[]): Promise<Report[]> {
  const reports: Report[] = [];
  // One after the other: a list may take hundreds of megabytes.
  for (const name of names) reports.push(await report(name, listFile(folder, name)));
  return reports;
}

async function report(name: string, file: string): Promise<Report> {
  const fileBytes = (await stat(file)).size;
  const built = await buildList(file);
  if (built.kind === "good") {
    const { entries, expiring, bytes, digest } = built.contents;
    return { name, file, fileBytes, contents: { entries, expiring, bytes, digest }, problems: { shown: [], count: 0 } };
  }
  const changed = { line: 0, problem: "the file changed while it was read", mend: "try again when it is written" };
  const problems = built.kind === "bad" ? built.problems : { shown: [changed], count: 1 };
  return { name, file, fileBytes, contents: undefined, problems };
}

function toJson({ name, file, fileBytes, contents, problems }: Report): object {
  return { name, file, fileBytes, ...contents, problems: documentProblems(file, problems) };
}

function render({ name, fileBytes, contents, problems }: Report): string {
  if (contents === undefined) {
    const [first] = problems.shown;
    const more = problems.count > 1 ? ` (and ${problems.count - 1} more: run verdict list check)` : "";
    return `${name}: does not load: ${first!.line > 0 ? `line ${first!.line}: ` : ""}${first!.problem}: ${first!.mend}${more}\n`;
  }
  const { entries, expiring, bytes } = contents;
  const some = expiring === 0 ? "" : `, ${count(expiring)} of them with an expiry`;
  return `${name}: ${count(entries)} ${entries === 1 ? "entry" : "entries"}${some}; ${size(fileBytes)} on disk, ${size(bytes)} in memory\n`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

import path from "node:path";
import type { Command } from "commander";
import { DocumentError, type Problem } from "../documents/problem.ts";
import { didYouMean } from "../domain/suggest.ts";
import type { ListSpec } from "../features/catalogue.ts";
import { BadListError } from "../sources/list/known.ts";
import { isListName, listFile, listNamesIn } from "../sources/list/names.ts";
import type { ListProblems } from "../sources/list/problems.ts";
import { configOf } from "./config-options.ts";
import { outsideLists } from "./list-outside.ts";
import { toProblem } from "./list-problem.ts";

/** Where the lists lie. */
export function listsFolder(command: Command): string {
  return path.join(configOf(command).policiesDir, "lists");
}

/** Where a list lies: in a file, or outside. Ends the command when there is none, unless its file is to be made. */
export async function chooseList(name: string, command: Command, create = false): Promise<string | ListSpec> {
  const folder = listsFolder(command);
  const files = await listNamesIn(folder);
  if (files.includes(name)) return listFile(folder, name);
  const outside = await outsideLists(command);
  const spec = outside.get(name);
  if (spec !== undefined) return spec;
  const names = [...files, ...outside.keys()].sort();
  if (!isListName(name))
    command.error(
      `error: "${name}" cannot be a list's name: begin with a letter a to z, go on with a to z, 0 to 9, _ and -`,
    );
  if (create) return listFile(folder, name);
  const mend = didYouMean(name, names) ?? (names.length === 0 ? "it has none" : `it has ${names.join(", ")}`);
  command.error(`error: ${folder} has no list ${name}; ${mend}`);
}

/** What is wrong with a list's file, as with any other document. */
export function documentProblems(file: string, { shown, count }: ListProblems): Problem[] {
  const problems = shown.map(({ line, problem, mend }) => toProblem(file, line, problem, mend));
  if (count > shown.length)
    problems.push(toProblem(file, 0, `and ${count - shown.length} more problems`, "mend those above, and check again"));
  return problems;
}

/** @throws DocumentError instead of BadListError */
export async function refuseBadList<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof BadListError ? new DocumentError(documentProblems(error.file, error.problems)) : error;
  }
}

import path from "node:path";
import type { Command } from "commander";
import { DocumentError, type Problem } from "../documents/problem.ts";
import { didYouMean } from "../domain/suggest.ts";
import { BadListError } from "../sources/list/known.ts";
import { isListName, listFile, listNamesIn } from "../sources/list/names.ts";
import type { ListProblems } from "../sources/list/problems.ts";
import { configOf } from "./config-options.ts";

/** Where the lists lie. */
export function listsFolder(command: Command): string {
  return path.join(configOf(command).policiesDir, "lists");
}

/** The file of a list; ends the command when there is none, unless it is to be made. */
export async function chooseList(name: string, command: Command, create = false): Promise<string> {
  const folder = listsFolder(command);
  const names = await listNamesIn(folder);
  if (names.includes(name)) return listFile(folder, name);
  if (!isListName(name))
    command.error(
      `error: "${name}" cannot be a list's name: begin with a letter a to z, go on with a to z, 0 to 9, _ and -`,
    );
  if (create) return listFile(folder, name);
  const mend = didYouMean(name, names) ?? (names.length === 0 ? "it has none" : `it has ${names.join(", ")}`);
  command.error(`error: ${folder} has no list ${name}; ${mend}`);
}

/** Prints a result. */
export function say(command: Command, text: string): void {
  const { writeOut = (out: string) => process.stdout.write(out) } = command.configureOutput();
  writeOut(text);
}

/** What is wrong with a list's file, as with any other document. */
export function documentProblems(file: string, { shown, count }: ListProblems): Problem[] {
  const problems = shown.map(({ line, problem, mend }) => toProblem(file, line, problem, mend));
  if (count > shown.length)
    problems.push(toProblem(file, 0, `and ${count - shown.length} more problems`, "mend those above, and check again"));
  return problems;
}

export function toProblem(file: string, line: number, message: string, fix: string): Problem {
  return { file, line, column: line > 0 ? 1 : 0, path: "$", message, fix };
}

/** @throws DocumentError instead of BadListError */
export async function refuseBadList<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof BadListError ? new DocumentError(documentProblems(error.file, error.problems)) : error;
  }
}

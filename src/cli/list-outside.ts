import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { sourceKinds, variableOf } from "../compose.ts";
import { DocumentError, type Problem } from "../documents/problem.ts";
import type { OutsideList } from "../domain/source-kind.ts";
import type { ListSpec } from "../features/catalogue.ts";
import { loadCatalogue } from "../features/load-catalogue.ts";
import { configOf } from "./config-options.ts";
import { toProblem } from "./list-problem.ts";

/**
 * The lists that the catalogue says lie outside, by name; none if there is no catalogue.
 * @throws {DocumentError} if it is not good.
 */
export async function outsideLists(command: Command): Promise<ReadonlyMap<string, ListSpec>> {
  const file = catalogueFile(command);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return new Map();
  const problems: Problem[] = [];
  const catalogue = loadCatalogue(file, text, problems, sourceKinds);
  if (catalogue === undefined) throw new DocumentError(problems);
  return catalogue.lists;
}

/** Does something with a list that lies outside, and lets go of it. */
export async function withOutside<Result>(
  { definition, entry }: ListSpec,
  command: Command,
  work: (list: OutsideList) => Promise<Result>,
): Promise<Result> {
  const list = definition.connect(entry, { variable: variableOf(configOf(command)) });
  try {
    return await work(list);
  } finally {
    await list.close();
  }
}

/** One list as it lies outside now. */
export interface OutsideReport {
  readonly name: string;
  readonly kind: string;
  readonly place: string | undefined;
  readonly entries: number | undefined;
  readonly problems: readonly Problem[];
}

export async function reportOutside(spec: ListSpec, command: Command): Promise<OutsideReport> {
  const { name, kind } = spec;
  const problem = (message: string, fix: string) => ({
    ...toProblem(catalogueFile(command), 0, message, fix),
    path: `$.lists.${name}`,
  });
  let place: string | undefined;
  try {
    const entries = await withOutside(spec, command, (list) => {
      place = list.place;
      return list.size();
    });
    const problems = entries === undefined ? [problem(isLost(name, place), howToMake(name))] : [];
    return { name, kind, place, entries, problems };
  } catch (error) {
    const message = `the list ${name} cannot be asked: ${error instanceof Error ? error.message : error}`;
    return { name, kind, place, entries: undefined, problems: [problem(message, "see that its server can be asked")] };
  }
}

export function renderOutside({ name, place, entries, problems: [problem] }: OutsideReport): string {
  if (problem !== undefined) return `${problem.message}: ${problem.fix}\n`;
  return `${name}: ${entries!.toLocaleString("en")} ${entries === 1 ? "entry" : "entries"} in ${place}\n`;
}

/** What a lost list answers, or an error that ends the command. */
export function unlessLost<Result>(
  found: Result | undefined,
  { name }: ListSpec,
  { place }: OutsideList,
  command: Command,
): Result {
  if (found === undefined) command.error(`error: ${isLost(name, place)}; ${howToMake(name)}`);
  return found;
}

function isLost(name: string, place: string | undefined): string {
  return `the list ${name} is lost, or was never made: there is nothing of it in ${place}`;
}

function howToMake(name: string): string {
  return `fill it with verdict list add ${name} --create`;
}

function catalogueFile(command: Command): string {
  return path.join(configOf(command).policiesDir, "features.json");
}

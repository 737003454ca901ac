import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type BuiltList, buildList } from "../../../src/sources/list/build.ts";
import { isListed } from "../../../src/sources/list/list-index.ts";
import { formatProblems } from "../../../src/sources/list/problems.ts";
import type { CleanUp } from "../../support/clean-up.ts";

/** A list read from a text. */
export interface ReadList {
  readonly built: BuiltList;
  /** Its problems, without the folder of the file. */
  readonly problems: readonly string[];
  has(entry: string, atMs?: number): boolean;
}

/** Writes a text to a file and reads that as a list. */
export async function readList(text: string | Uint8Array, folder: string): Promise<ReadList> {
  const file = path.join(folder, "list.txt");
  await writeFile(file, text);
  const built = await buildList(file);
  return {
    built,
    problems: built.kind === "bad" ? formatProblems("list.txt", built.problems).split("\n") : [],
    has(entry, atMs = 0) {
      if (built.kind !== "good") throw new Error(`the list is ${built.kind}`);
      return isListed(built.contents.image, entry, atMs);
    },
  };
}

/** Lists written as files in a folder of their own. */
export async function listFolder(cleanUp: CleanUp) {
  const directory = await cleanUp.folder();
  const file = (name: string) => path.join(directory, `${name}.txt`);
  return { directory, file, write: (name: string, text: string | Uint8Array) => writeFile(file(name), text) };
}

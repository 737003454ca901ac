import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SchemaFile } from "../schema-files.ts";
import { schemaId } from "./json-schema.ts";

/** How a folder differs from what should be in it. */
export type Difference =
  | { readonly kind: "stale"; readonly file: string; readonly content: string }
  | { readonly kind: "left over"; readonly file: string };

/** Compares the generated files of a folder with what they should be; others are not looked at. */
export async function differences(folder: string, files: readonly SchemaFile[]): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const { name, content, provisional } of files) {
    const file = path.join(folder, name);
    const current = await readFile(file, "utf8").catch(() => undefined);
    if (current === undefined || (current !== content && !provisional)) found.push({ kind: "stale", file, content });
  }
  const wanted = new Set(files.map(({ name }) => name));
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const file = path.join(folder, name);
    if (name.endsWith(".json") && !wanted.has(name) && (await isGenerated(file)))
      found.push({ kind: "left over", file });
  }
  return found;
}

/** Makes a folder what it should be. */
export async function settle(folder: string, found: readonly Difference[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const each of found) {
    if (each.kind === "stale") await writeFile(each.file, each.content);
    else await rm(each.file);
  }
}

/** By the id that its text bears: a file that somebody put there by hand has another. */
async function isGenerated(file: string): Promise<boolean> {
  try {
    return JSON.parse(await readFile(file, "utf8")).$id === schemaId(path.basename(file));
  } catch {
    return false;
  }
}

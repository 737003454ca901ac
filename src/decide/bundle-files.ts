import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** Where the files of a bundle lie. */
export interface BundleFolders {
  readonly policiesDir: string;
  readonly modelsDir: string;
}

/** The files of a bundle by name (`policies/…`, `models/…`), each with a text that changes whenever the file does. */
export type Footprint = ReadonlyMap<string, string>;

/** How a file differs from what the deciding bundle was made of. */
export type Change = "added" | "changed" | "removed" | "unchanged";

/**
 * What of a file makes a bundle: its content; its name alone (the entries of lists change without a reload); or nothing,
 * as of hidden files, of what editors leave beside a document while they save it, and of the schemas made for editors.
 * @param name with `/` between folders: `policies/…` or `models/…`.
 */
export function partOfBundle(name: string): "content" | "name" | undefined {
  const [root, ...steps] = name.split("/");
  const last = steps.at(-1);
  if (last === undefined || steps.some((step) => step.startsWith("."))) return undefined;
  if (root === "models") return steps.length >= 3 && !temporary.test(last) ? "content" : undefined;
  if (root !== "policies") return undefined;
  if (steps.length === 1) return last.endsWith(".json") || last.endsWith(protoEnding) ? "content" : undefined;
  if (steps[0] === "protos") return last.endsWith(protoEnding) ? "content" : undefined;
  return steps.length === 2 && steps[0] === "lists" && last.endsWith(".txt") ? "name" : undefined;
}

/** Descriptions of services that sources call lie beside the policies, or in `policies/protos`. */
const protoEnding = ".proto";

/** `x~`, `#x#`, `4913` (vim tries whether it may write), `x___jb_tmp___`, `x.swp`, `x.tmp`, `x.bak`. */
const temporary = /~$|^#|^\d+$|___jb_|\.(swp|tmp|bak)$/;

/** `models/<name>/<version>/<folder>/<file>`, `policies/protos/<a>/<b>.proto`; bounds the walk when links lead in a circle. */
const deepest = 4;

/** Whether a folder may hold, or lead to, files of a bundle. */
function leadsToBundle(name: string): boolean {
  const isDeep = name.startsWith("models/") || name === "policies/protos" || name.startsWith("policies/protos/");
  return isDeep ? name.split("/").length <= deepest : name === "policies/lists";
}

/** Looks at all files of a bundle; links are followed. What cannot be looked at, such as a link to nothing, is there too. */
export async function lookAt({ policiesDir, modelsDir }: BundleFolders): Promise<Footprint> {
  const found = await Promise.all([walk(policiesDir, "policies"), walk(modelsDir, "models")]);
  return new Map(found.flat());
}

/** The names of all protos among the policies, in order. */
export async function protosIn(policiesDir: string): Promise<string[]> {
  const found = await walk(policiesDir, "policies");
  return found.map(([name]) => name).filter((name) => name.endsWith(protoEnding));
}

/** All entries of a folder at the same time: one after the other would take a turn of a busy event loop for each. */
async function walk(folder: string, name: string): Promise<(readonly [string, string])[]> {
  const entries = await readdir(folder).catch(() => []);
  const found = entries.sort().map(async (entry) => {
    const [file, fileName] = [path.join(folder, entry), `${name}/${entry}`];
    const part = partOfBundle(fileName);
    const leads = !entry.startsWith(".") && leadsToBundle(fileName);
    if (part === undefined && !leads) return [];
    const identity = await identityOf(file);
    if (identity === isFolder) return leads ? await walk(file, fileName) : [];
    return part === undefined ? [] : [[fileName, part === "name" ? "" : identity] as const];
  });
  return (await Promise.all(found)).flat();
}

const isFolder = "folder";

/** The time of the last change of its state is in it: that also tells when a file only became readable. */
async function identityOf(file: string): Promise<string> {
  try {
    const found = await stat(file, { bigint: true });
    if (found.isDirectory()) return isFolder;
    const { size, mtimeNs, ctimeNs, ino, dev } = found;
    return `${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}

/** One text of a footprint, to compare two of them. */
export function signatureOf(footprint: Footprint): string {
  return [...footprint].map((line) => line.join(" ")).join("\n");
}

/** The files that differ, by name. */
export function changesBetween(before: Footprint, after: Footprint): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const [name, identity] of after) {
    if (!before.has(name)) changes.set(name, "added");
    else if (before.get(name) !== identity) changes.set(name, "changed");
  }
  for (const name of before.keys()) if (!after.has(name)) changes.set(name, "removed");
  return changes;
}

/** A file's name in its bundle; files elsewhere keep theirs. */
export function nameInBundle(file: string, { policiesDir, modelsDir }: BundleFolders): string {
  for (const [root, folder] of [
    ["models", modelsDir],
    ["policies", policiesDir],
  ] as const) {
    const relative = path.relative(folder, file);
    if (relative === "") return root;
    if (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
      return [root, ...relative.split(path.sep)].join("/");
  }
  return file;
}

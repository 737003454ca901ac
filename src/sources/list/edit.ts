import { realpath } from "node:fs/promises";
import { type EditLock, lockForEdit } from "./edit-lock.ts";
import { BadListError, type KnownList, knowList, type ListEntries } from "./known.ts";
import { fileStamp, replaceFile } from "./replace-file.ts";
import { rewriteList, writeEntries } from "./rewrite.ts";
import { entriesMax } from "./scan.ts";

export interface Added {
  /** Those that were not there. */
  readonly added: readonly string[];
  /** Those that were there, but not for as long. */
  readonly extended: readonly string[];
  /** Those that were there for as long or longer, with the time they expire. */
  readonly already: ListEntries;
}

/**
 * Adds entries to a list's file, in one step, behind those that are there; all else in the file stays as it is.
 * The file is made when there is none; its folder must be there.
 * @param limit for tests: how many entries a list may have
 * @throws BadListError when the file is bad, or would get too long
 */
export async function addEntries(file: string, entries: ListEntries, limit = entriesMax): Promise<Added> {
  return withLock(file, async (target, lock) => {
    const before = await fileStamp(target);
    const known = before === undefined ? noList : await knowList(target, entries);
    const already = new Map<string, number>();
    const added = new Map<string, number>();
    const extended = new Set<string>();
    for (const [entry, expiresAtMs] of entries) {
      const until = known.found.get(entry);
      if (until === undefined) added.set(entry, expiresAtMs);
      else if (until < expiresAtMs) extended.add(entry);
      else already.set(entry, until);
    }
    if (known.entries + added.size > limit) throw tooMany(file, limit);
    if (added.size + extended.size > 0)
      await replaceFile(target, lock, before, async (handle) => {
        // One line of an entry is enough to keep it in the list for longer.
        const open = new Set(extended);
        const extend = (entry: string) => (open.delete(entry) ? entries.get(entry)! : "keep");
        if (before !== undefined) await rewriteList(target, handle, extend);
        if (known.openEnd && added.size > 0) await handle.writeFile(known.lineEnd);
        await writeEntries(handle, added, known.lineEnd);
      });
    return { added: [...added.keys()], extended: [...extended], already };
  });
}

export interface Removed {
  readonly removed: readonly string[];
  /** Those that were not there. */
  readonly absent: readonly string[];
}

/**
 * Removes every line of the entries from a list's file, in one step; all else in the file stays as it is.
 * @throws BadListError when the file is bad
 */
export async function removeEntries(file: string, entries: ReadonlySet<string>): Promise<Removed> {
  return withLock(file, async (target, lock) => {
    const before = await fileStamp(target);
    const { found } = await knowList(target, entries);
    if (found.size > 0) {
      const remove = (entry: string) => (entries.has(entry) ? "remove" : "keep");
      await replaceFile(target, lock, before, (handle) => rewriteList(target, handle, remove));
    }
    return {
      removed: [...entries].filter((entry) => found.has(entry)),
      absent: [...entries].filter((entry) => !found.has(entry)),
    };
  });
}

const noList: KnownList = { found: new Map(), entries: 0, lineEnd: "\n", openEnd: false };

function tooMany(file: string, limit: number): BadListError {
  const problem = `the list would have more than ${limit.toLocaleString("en")} entries`;
  return new BadListError(file, { count: 1, shown: [{ line: 0, problem, mend: "remove others first" }] });
}

/** What a link leads to is edited, and locked: two links to one file share its lock. */
async function withLock<Result>(
  file: string,
  edit: (target: string, lock: EditLock) => Promise<Result>,
): Promise<Result> {
  const target = await realpath(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return file;
    throw error;
  });
  const lock = await lockForEdit(target);
  try {
    return await edit(target, lock);
  } finally {
    await lock.release();
  }
}

import { randomBytes } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { EditLock } from "./edit-lock.ts";
import { stampOf } from "./names.ts";

/**
 * Puts new contents in a file's place in one step, complete and on the disk: who reads sees all of the old or all of the
 * new ones, whatever happens in between. Its owner and rights stay.
 * @param lock the right to edit the file
 * @param before the state of the file that the new contents were made from; undefined when there is to be none yet
 * @throws Error when somebody else changed the file since; it then stays as it is
 */
export async function replaceFile(
  file: string,
  lock: EditLock,
  before: string | undefined,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  await removeLeftovers(file);
  const aside = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    const handle = await open(aside, "wx");
    try {
      await write(handle);
      await keepRights(file, handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await lock.confirm();
    // An editor takes no lock.
    if ((await fileStamp(file)) !== before)
      throw new Error(`${file} was changed by somebody else meanwhile: try again`);
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  // The file is in its place already: a file system that cannot sync folders must not make a failure of that.
  await syncFolder(path.dirname(file)).catch(() => {});
}

/** Tells one state of a file from another; undefined when there is no file. */
export async function fileStamp(file: string): Promise<string | undefined> {
  return stat(file, { bigint: true }).then(stampOf, (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** What an edit that was killed has left. Nobody else edits now, so it is nobody's. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const front = `.${path.basename(file)}.`;
  for (const name of await readdir(folder)) {
    if (name.startsWith(front) && name.endsWith(".tmp")) await rm(path.join(folder, name), { force: true });
  }
}

async function keepRights(file: string, handle: FileHandle): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return;
  // Only the superuser may give files away; for everyone else the file becomes the editor's own.
  await handle.chown(found.uid, found.gid).catch(() => {});
  await handle.chmod(found.mode & 0o7777);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

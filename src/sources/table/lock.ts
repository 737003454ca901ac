import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TablePlace } from "./place.ts";

/** Announcements of this process that hold: a lock of this process's id that is not among them is a dead one's. */
const held = new Set<string>();

const attempts = 10;

/**
 * Takes the right to load a table, against other processes and this one. Each load first announces itself with a file
 * named after its owner, and only then looks for others: of two loads at least one sees the other and steps back. Both
 * may, so each tries again after a random pause. Announcements of dead processes are removed.
 * @returns what gives the right back
 * @throws Error naming the owner, when another load is under way
 */
export async function lockTable(place: TablePlace): Promise<() => Promise<void>> {
  for (let attempt = 1; ; attempt += 1) {
    const mine = await announce(place);
    const other = await findOther(place, mine);
    if (other === undefined) return () => withdraw(place, mine);
    await withdraw(place, mine);
    if (attempt === attempts) throw new Error(refusal(place, other));
    await sleep(5 + Math.random() * 45);
  }
}

interface Owner {
  readonly file: string;
  readonly host: string;
  readonly processId: number;
}

async function announce(place: TablePlace): Promise<string> {
  const name = `${encodeURIComponent(hostname())}.${process.pid}.${randomBytes(4).toString("hex")}.loading`;
  held.add(name);
  for (;;) {
    await mkdir(place.directory, { recursive: true });
    try {
      // The owner is in the name, not in the file: a file appears in one step, its contents do not.
      const file = await open(join(place.directory, name), "wx");
      await file.close();
      return name;
    } catch (error) {
      // A failed first load removed the directory in between.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
}

async function withdraw(place: TablePlace, name: string): Promise<void> {
  await rm(join(place.directory, name), { force: true });
  held.delete(name);
}

async function findOther(place: TablePlace, mine: string): Promise<Owner | undefined> {
  for (const file of await readdir(place.directory)) {
    const owner = file === mine ? undefined : parseOwner(file);
    if (owner === undefined) continue;
    if (isAlive(owner)) return owner;
    await rm(join(place.directory, file), { force: true });
  }
  return undefined;
}

function parseOwner(file: string): Owner | undefined {
  const match = /^(.*)\.(\d+)\.[0-9a-f]+\.loading$/.exec(file);
  return match === null ? undefined : { file, host: decodeURIComponent(match[1]!), processId: Number(match[2]) };
}

function isAlive(owner: Owner): boolean {
  // A process of another host (or container) cannot be looked up from here; its announcement must be believed.
  if (owner.host !== hostname()) return true;
  if (owner.processId === process.pid) return held.has(owner.file);
  try {
    process.kill(owner.processId, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function refusal(place: TablePlace, owner: Owner): string {
  return [
    `table ${place.name} is being loaded by process ${owner.processId} on ${owner.host}: wait for it to end`,
    `  if there is no such load, remove ${join(place.directory, owner.file)}`,
  ].join("\n");
}

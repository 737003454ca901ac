import { randomBytes } from "node:crypto";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The right to edit a file. */
export interface EditLock {
  /** @throws Error when the right was lost: this process stood still for so long that others took it for dead */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

/** Places in the queue that this process holds: one with its id that is not among them is a dead process's. */
const held = new Set<string>();

/** How long to wait for the edits before, by default. Milliseconds. */
const patienceMs = 60_000;

/** A place in the queue that was not confirmed for so long is a dead process's, wherever that ran. Milliseconds. */
const deadAfterMs = 30_000;

const confirmEveryMs = 5_000;
const lookEveryMs = 20;

/**
 * Takes the right to edit a file, in turn with all who ask for it, also from other processes and hosts that share the
 * folder. It is Lamport's bakery (https://lamport.azurewebsites.net/pubs/bakery.pdf) with files beside the edited one:
 * who comes says so, takes a number above those he sees, and waits for all with smaller ones. A file is only ever
 * removed by its owner, or by others when the owner is dead; so no two hold the right, whoever is killed when.
 * @param waitMs how long to wait at most
 * @throws Error naming the file of the one before, when it keeps the right for longer than that
 */
export async function lockForEdit(file: string, waitMs = patienceMs): Promise<EditLock> {
  const queue = new Queue(file);
  const giveUpAt = performance.now() + waitMs;
  try {
    await queue.enter();
    for (;;) {
      const other = await queue.findFirstBefore();
      if (other === undefined) return queue;
      if (performance.now() >= giveUpAt) throw new Error(refusal(file, path.join(path.dirname(file), other.file)));
      await sleep(lookEveryMs);
    }
  } catch (error) {
    await queue.release();
    throw error;
  }
}

interface Place {
  readonly file: string;
  /** undefined while its owner is choosing one. */
  readonly number: number | undefined;
  readonly id: string;
  readonly host: string;
  readonly processId: number;
}

class Queue implements EditLock {
  readonly #folder: string;
  readonly #list: string;
  readonly #id = randomBytes(6).toString("hex");
  readonly #owner = `${process.pid}.${encodeURIComponent(hostname())}`;
  readonly #created = new Set<string>();
  #mine: Place | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.#folder = path.dirname(file);
    this.#list = path.basename(file);
  }

  async enter(): Promise<void> {
    const choosing = this.#nameOf("choosing");
    await this.#create(choosing);
    const numbers = (await this.#others()).map(({ number }) => number ?? 0);
    const mine = this.#nameOf(String(Math.max(0, ...numbers) + 1));
    await this.#create(mine);
    this.#mine = this.#parse(mine);
    await this.#remove(choosing);
    this.#timer = setInterval(() => void this.#touch(mine).catch(() => {}), confirmEveryMs).unref();
  }

  /** Choosers are looked for first: those who are none any more then have their numbers by the second look. */
  async findFirstBefore(): Promise<Place | undefined> {
    const chooser = await this.#findAlive(({ number }) => number === undefined);
    return chooser ?? (await this.#findAlive((other) => other.number !== undefined && isBefore(other, this.#mine!)));
  }

  async confirm(): Promise<void> {
    await this.#touch(this.#mine!.file).catch((cause) => {
      throw new Error("this edit stood still for too long and another may have begun: try again", { cause });
    });
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    for (const name of this.#created) await this.#remove(name);
  }

  #nameOf(number: string): string {
    return `.${this.#list}.${number}.${this.#id}.${this.#owner}.edit`;
  }

  async #create(name: string): Promise<void> {
    held.add(name);
    this.#created.add(name);
    // What there is to say is in the name: a file appears in one step, its contents do not.
    await writeFile(path.join(this.#folder, name), "", { flag: "wx" });
  }

  async #remove(name: string): Promise<void> {
    await rm(path.join(this.#folder, name), { force: true });
    held.delete(name);
    this.#created.delete(name);
  }

  /** Written to rather than given a time, so that one clock, the file system's, times the files of all hosts. */
  async #touch(name: string): Promise<void> {
    await writeFile(path.join(this.#folder, name), "-", { flag: "r+" });
  }

  async #timeOf(name: string): Promise<number> {
    const found = await stat(path.join(this.#folder, name)).catch(() => undefined);
    return found?.mtimeMs ?? Number.NEGATIVE_INFINITY;
  }

  #parse(file: string): Place | undefined {
    const front = `.${this.#list}.`;
    const match = /^(choosing|\d+)\.([0-9a-f]+)\.(\d+)\.(.*)\.edit$/.exec(
      file.startsWith(front) ? file.slice(front.length) : "",
    );
    if (match === null) return undefined;
    const [, number, id, processId, host] = match;
    return {
      file,
      number: number === "choosing" ? undefined : Number(number),
      id: id!,
      host: decodeURIComponent(host!),
      processId: Number(processId),
    };
  }

  async #others(): Promise<Place[]> {
    const places = (await readdir(this.#folder)).flatMap((file) => this.#parse(file) ?? []);
    return places.filter(({ id }) => id !== this.#id);
  }

  /** Removes what dead processes left. */
  async #findAlive(wanted: (place: Place) => boolean): Promise<Place | undefined> {
    for (const place of (await this.#others()).filter(wanted)) {
      if (await this.#isAlive(place)) return place;
      await rm(path.join(this.#folder, place.file), { force: true });
    }
    return undefined;
  }

  async #isAlive({ file, host, processId }: Place): Promise<boolean> {
    if (host === hostname()) {
      if (processId === process.pid) return held.has(file);
      if (!isRunning(processId)) return false;
    }
    return (await this.#timeOf(file)) > (await this.#timeOf(this.#mine!.file)) - deadAfterMs;
  }
}

function isBefore(one: Place, other: Place): boolean {
  return one.number === other.number ? one.id < other.id : one.number! < other.number!;
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function refusal(file: string, lock: string): string {
  return `${file} is being edited by another process: wait for it to end; if there is none, remove ${lock}`;
}

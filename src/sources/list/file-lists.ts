import type { Lists } from "../../domain/lists.ts";
import type { BuiltList } from "./build.ts";
import { isListed, type ListImage } from "./list-index.ts";
import { loadList } from "./load.ts";
import { listFile, lookAtLists, type SeenFile } from "./names.ts";
import { formatProblems } from "./problems.ts";

/** What became of one list's file. */
export interface ListState {
  readonly name: string;
  readonly file: string;
  /** What is looked up in; undefined while the file was never good. */
  readonly loaded: LoadedList | undefined;
  /** Why the file as it is now is not what is looked up in; undefined if it is. */
  readonly problem: string | undefined;
}

interface LoadedList {
  /** Different entries. */
  readonly entries: number;
  /** How many of them expire some day. */
  readonly expiring: number;
  /** What it takes in memory. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
  /** SHA-256 of the file. */
  readonly digest: string;
}

export interface FileLists extends Lists {
  /** The lists there are, also those that are not good, and those that are looked up in though their file is gone. */
  names(): readonly string[];
  state(): readonly ListState[];
  /** Looks at the files now, and reads those that changed, without waiting for them to stand still. */
  refresh(): Promise<void>;
  /** Stops watching; no entry is known from then on. */
  close(): Promise<void>;
}

export interface FileListOptions {
  /** `NAME.txt` in it is the list NAME. It may appear later. */
  readonly directory: string;
  /** How often the files are looked at. Milliseconds. */
  readonly everyMs: number;
  /** A list, or a new state of it, is looked up in from now on. */
  readonly onLoaded: (state: ListState) => void;
  /** A list's file cannot be used; what was looked up in is looked up in further. */
  readonly onProblem: (state: ListState) => void;
}

/**
 * Lists of entries in files, followed while they are edited. Files are looked at again and again rather than watched by
 * events, and read once they stood still for one round, for the reasons that bundles are. A list changes from one state to
 * the next by one reference: a lookup sees the whole old or the whole new list.
 * @throws what the file system throws when the directory cannot be read; problems of lists are reported instead
 */
export async function openFileLists(options: FileListOptions): Promise<FileLists> {
  const lists = new Files(options);
  await lists.start();
  return lists;
}

/** What is known of one list. */
interface Followed {
  readonly name: string;
  readonly file: string;
  image: ListImage | undefined;
  loaded: LoadedList | undefined;
  problem: string | undefined;
  /** The state of the file in the last round. */
  seen: string | undefined;
  /** The state of the file that was read last; undefined when it must be read again. */
  read: string | undefined;
  /** When to read it again though it did not change: after a failure that may pass by itself. By `performance.now()`. */
  retryAt: number;
}

/** How long to wait after a failure that is not in the text of a file. Milliseconds. */
const retryAfterMs = 10_000;

class Files implements FileLists {
  readonly #options: FileListOptions;
  readonly #lists = new Map<string, Followed>();
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: FileListOptions) {
    this.#options = options;
  }

  has(list: string, entry: string, atMs: number): boolean | undefined {
    const image = this.#lists.get(list)?.image;
    return image && isListed(image, entry, atMs);
  }

  names(): readonly string[] {
    return [...this.#lists.keys()].sort();
  }

  state(): readonly ListState[] {
    return this.names().map((name) => stateOf(this.#lists.get(name)!));
  }

  async start(): Promise<void> {
    await this.#follow(await lookAtLists(this.#options.directory), false);
    this.#schedule();
  }

  refresh(): Promise<void> {
    return this.#look(false);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the lists are closed"));
    clearTimeout(this.#timer);
    await this.#running;
    this.#lists.clear();
  }

  #schedule(): void {
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#look(true).finally(() => this.#schedule()), this.#options.everyMs);
    this.#timer.unref();
  }

  /** One look at a time, and so one list at a time is read; what changes meanwhile is seen by the next look. */
  #look(onlyStill: boolean): Promise<void> {
    this.#running = this.#running.then(async () => {
      const found = await lookAtLists(this.#options.directory).catch((error: Error) => error);
      if (this.#closing.signal.aborted) return;
      if (!(found instanceof Error)) return this.#follow(found, onlyStill);
      const problem = `${this.#options.directory}: the folder cannot be read (${found.message}): check its permissions`;
      for (const list of this.#lists.values()) this.#refuse(list, problem);
    });
    return this.#running;
  }

  async #follow(found: ReadonlyMap<string, SeenFile>, onlyStill: boolean): Promise<void> {
    for (const list of this.#lists.values()) if (!found.has(list.name)) this.#lose(list);
    for (const [name, { stamp, bytes }] of found) {
      const list = this.#lists.get(name) ?? this.#meet(name);
      const still = list.seen === stamp;
      list.seen = stamp;
      const due = list.read !== stamp || performance.now() >= list.retryAt;
      if (due && (still || !onlyStill)) await this.#read(list, stamp, bytes);
      if (this.#closing.signal.aborted) return;
    }
  }

  #meet(name: string): Followed {
    const list: Followed = {
      name,
      file: listFile(this.#options.directory, name),
      image: undefined,
      loaded: undefined,
      problem: undefined,
      seen: undefined,
      read: undefined,
      retryAt: Number.POSITIVE_INFINITY,
    };
    this.#lists.set(name, list);
    return list;
  }

  async #read(list: Followed, stamp: string, bytes: number): Promise<void> {
    const { file } = list;
    list.read = stamp;
    list.retryAt = Number.POSITIVE_INFINITY;
    const { signal } = this.#closing;
    try {
      await loadList(file, bytes, (built) => this.#take(list, built), signal);
    } catch (error) {
      if (signal.aborted) return;
      list.retryAt = performance.now() + retryAfterMs;
      const reason = error instanceof Error ? error.message : String(error);
      this.#refuse(list, `${file}: the file cannot be read (${reason}): check its permissions, and the memory left`);
    }
  }

  /** @returns the memory that this replaces */
  #take(list: Followed, built: BuiltList): ListImage | undefined {
    if (built.kind === "changed") {
      list.read = undefined;
      this.#refuse(list, `${list.file}: the file changed while it was read: it is read again once it stands still`);
      return undefined;
    }
    list.read = built.stamp;
    if (built.kind === "bad") {
      this.#refuse(list, formatProblems(list.file, built.problems));
      return undefined;
    }
    const old = list.image;
    const { image, ...contents } = built.contents;
    list.image = image;
    list.loaded = { ...contents, loadedAt: Date.now() };
    list.problem = undefined;
    this.#options.onLoaded(stateOf(list));
    return old;
  }

  /** A policy may still ask for the list, so it does not vanish with its file. */
  #lose(list: Followed): void {
    list.read = list.seen = undefined;
    if (list.image === undefined) this.#lists.delete(list.name);
    else this.#refuse(list, `${list.file}: the file is gone: put it back, or let no policy ask for it and restart`);
  }

  #refuse(list: Followed, problem: string): void {
    if (list.problem === problem) return;
    list.problem = problem;
    this.#options.onProblem(stateOf(list));
  }
}

function stateOf({ name, file, loaded, problem }: Followed): ListState {
  return { name, file, loaded, problem };
}

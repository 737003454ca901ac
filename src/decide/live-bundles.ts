import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Bundle, Bundles } from "./bundle.ts";

/** What became of the documents as they are on disk now. */
interface BundleState {
  /** Digest of the bundle that decides. */
  readonly digest: string;
  /** When it began to decide, milliseconds since the epoch. */
  readonly since: number;
  /** Why what is on disk now does not decide; undefined if it does. */
  readonly rejected: { readonly reason: string; readonly since: number } | undefined;
}

export interface LiveBundles extends Bundles {
  state(): BundleState;
  /** Looks at the folders now, and swaps if they changed and are good. */
  refresh(): Promise<void>;
  /** Stops watching and closes every bundle. Call after the last decision. */
  close(): Promise<void>;
}

export interface LiveBundleOptions {
  /** The folders whose files make up a bundle. */
  readonly folders: readonly string[];
  /** Loads what is on disk. @throws with everything that is wrong with it. */
  readonly load: () => Promise<Bundle>;
  /** What else must hold before a bundle may decide. @throws with what does not. */
  readonly examine: (bundle: Bundle) => Promise<void>;
  /** How often the folders are looked at. Milliseconds. */
  readonly everyMs: number;
  /** How long a replaced bundle is kept open for decisions that still hold it. Milliseconds; more than any deadline. */
  readonly graceMs: number;
  readonly now: () => number;
  readonly onSwap: (state: BundleState) => void;
  readonly onReject: (state: BundleState) => void;
  /** What was refused is again as it decides. */
  readonly onMend: (state: BundleState) => void;
}

/**
 * Keeps the last good bundle deciding while its files are edited. The folders are looked at again and again rather than
 * watched by events: that also sees renames, links switched over, and network drives, and costs a few file stats. A change
 * is only read once the files stood still for one round, so a series of saves or a half-written file is not read in between.
 * @throws if what is on disk at the start is not good.
 */
export async function openLiveBundles(options: LiveBundleOptions): Promise<LiveBundles> {
  const bundles = new Live(options);
  await bundles.start();
  return bundles;
}

class Live implements LiveBundles {
  readonly #options: LiveBundleOptions;
  #current: Bundle | undefined;
  #state: BundleState | undefined;
  #signature = "";
  #seen = "";
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Replaced bundles with the timers that will close them. */
  readonly #retired = new Map<Bundle, NodeJS.Timeout>();
  #closed = false;

  constructor(options: LiveBundleOptions) {
    this.#options = options;
  }

  current(): Bundle {
    if (this.#current === undefined) throw new Error("no bundle is loaded");
    return this.#current;
  }

  state(): BundleState {
    if (this.#state === undefined) throw new Error("no bundle is loaded");
    return this.#state;
  }

  async start(): Promise<void> {
    this.#signature = this.#seen = await signatureOf(this.#options.folders);
    this.#adopt(await this.#loadGood());
    this.#schedule();
  }

  refresh(): Promise<void> {
    this.#running = this.#running.then(async () => {
      const signature = await signatureOf(this.#options.folders);
      if (signature !== this.#signature) await this.#reload(signature);
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    for (const [bundle, timer] of this.#retired) {
      clearTimeout(timer);
      await bundle.close();
    }
    this.#retired.clear();
    await this.#current?.close();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#look().finally(() => this.#schedule()), this.#options.everyMs);
    this.#timer.unref();
  }

  /** Reads a change only when the files are as they were a round ago. */
  async #look(): Promise<void> {
    const signature = await signatureOf(this.#options.folders);
    const still = signature === this.#seen;
    this.#seen = signature;
    if (still && signature !== this.#signature) await this.refresh();
  }

  async #reload(signature: string): Promise<void> {
    this.#signature = signature;
    try {
      const bundle = await this.#loadGood();
      if (bundle.digest === this.#current?.digest) {
        await bundle.close();
        if (this.#state?.rejected === undefined) return;
        this.#state = { ...this.#state, rejected: undefined };
        this.#options.onMend(this.#state);
        return;
      }
      this.#adopt(bundle);
      this.#options.onSwap(this.state());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#state = { ...this.state(), rejected: { reason, since: this.#options.now() } };
      this.#options.onReject(this.#state);
    }
  }

  async #loadGood(): Promise<Bundle> {
    const bundle = await this.#options.load();
    try {
      await this.#options.examine(bundle);
      return bundle;
    } catch (error) {
      await bundle.close();
      throw error;
    }
  }

  /** One reference is switched; decisions that began with the old bundle end with it. */
  #adopt(bundle: Bundle): void {
    const old = this.#current;
    this.#current = bundle;
    this.#state = { digest: bundle.digest, since: this.#options.now(), rejected: undefined };
    if (old === undefined) return;
    const retire = () => {
      this.#retired.delete(old);
      void old.close();
    };
    this.#retired.set(old, setTimeout(retire, this.#options.graceMs).unref());
  }
}

/** Names, sizes, times and identities of all files: what changes when any of them does. */
async function signatureOf(folders: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true }).catch(() => []);
    for (const name of entries.sort()) {
      const found = await stat(path.join(folder, name)).catch(() => undefined);
      if (found?.isFile()) lines.push(`${folder}/${name} ${found.size} ${found.mtimeMs} ${found.ino}`);
    }
  }
  return lines.join("\n");
}

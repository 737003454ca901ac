import type { Bundle, Bundles } from "./bundle.ts";
import { type BundleFolders, changesBetween, type Footprint, lookAt, signatureOf } from "./bundle-files.ts";
import { type Rejection, rejectionOf } from "./rejection.ts";

/** What became of the documents as they are on disk now. */
interface BundleState {
  /** Digest of the bundle that decides. */
  readonly digest: string;
  /** When it began to decide, milliseconds since the epoch. */
  readonly since: number;
  /** Why what is on disk now does not decide; undefined if it does. */
  readonly rejected: Rejection | undefined;
}

export interface LiveBundles extends Bundles {
  state(): BundleState;
  /** Looks at the folders now, and swaps if they changed and are good. */
  refresh(): Promise<void>;
  /** Stops watching and closes every bundle. Call after the last decision. */
  close(): Promise<void>;
}

export interface LiveBundleOptions {
  readonly folders: BundleFolders;
  /** Loads what is on disk. @throws with everything that is wrong with it. */
  readonly load: () => Promise<Bundle>;
  /** What else must hold before a bundle may decide. @throws with what does not. */
  readonly examine: (bundle: Bundle) => Promise<void>;
  /** How often the folders are looked at. Milliseconds. */
  readonly everyMs: number;
  /** For how long after its longest deadline a replaced bundle is kept open for decisions that still hold it. Milliseconds. */
  readonly graceMs: number;
  readonly now: () => number;
  readonly onSwap: (state: BundleState) => void;
  /** Told once for each reason, however often the same is tried again. */
  readonly onReject: (state: BundleState, rejected: Rejection) => void;
  /** What was refused is again as it decides. */
  readonly onMend: (state: BundleState) => void;
  /** How many bundles are open now: the one that decides, and those that decisions may still hold. */
  readonly onOpen: (count: number) => void;
  /** Something failed that is not about the documents, such as closing a replaced bundle. */
  readonly onTrouble: (error: unknown) => void;
}

/** While documents are refused they are tried again although they did not change: after so many rounds, then twice as many, … */
const firstRetryRounds = 8;
const rarestRetryRounds = 64;

/**
 * Keeps the last good bundle deciding while its files are edited. The folders are looked at again and again rather than
 * watched by events: that also sees renames, links switched over, and network drives, and costs a few file stats. A change
 * is only read once the files stood still for one round, and only believed if they did so until they were read: neither a
 * series of saves nor a half-written file is taken for what somebody meant.
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
  /** The files as the deciding bundle was made of them. */
  #adopted: Footprint = new Map();
  /** The files as they were last read, good or bad. */
  #tried = "";
  /** The files as they were a round ago. */
  #seen = "";
  #retryRounds = firstRetryRounds;
  #roundsToRetry = firstRetryRounds;
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
    const footprint = await lookAt(this.#options.folders);
    this.#tried = this.#seen = signatureOf(footprint);
    this.#adopt(await this.#loadGood(), footprint);
    this.#schedule();
  }

  refresh(): Promise<void> {
    return this.#afterRunning(async () => {
      const footprint = await lookAt(this.#options.folders);
      if (signatureOf(footprint) !== this.#tried) await this.#reload(footprint);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    for (const [bundle, timer] of this.#retired) {
      clearTimeout(timer);
      await this.#closeRetired(bundle);
    }
    await this.#current?.close();
  }

  /** One look at a time, and none any more once closed. */
  #afterRunning(look: () => Promise<void>): Promise<void> {
    const looked = this.#running.then(async () => {
      if (!this.#closed) await look();
    });
    this.#running = looked.catch(() => {});
    return looked;
  }

  #schedule(): void {
    if (this.#closed) return;
    const look = async () => {
      await this.#afterRunning(() => this.#look()).catch(this.#options.onTrouble);
      this.#schedule();
    };
    this.#timer = setTimeout(() => void look(), this.#options.everyMs).unref();
  }

  /** Reads a change only when the files are as they were a round ago. */
  async #look(): Promise<void> {
    const footprint = await lookAt(this.#options.folders);
    const signature = signatureOf(footprint);
    const still = signature === this.#seen;
    this.#seen = signature;
    if (still && (signature !== this.#tried || this.#retryIsDue())) await this.#reload(footprint);
  }

  /** The cause may lie outside the files, such as a disk that was full: it goes away without a change of them. */
  #retryIsDue(): boolean {
    if (this.#state?.rejected === undefined || --this.#roundsToRetry > 0) return false;
    this.#retryRounds = Math.min(2 * this.#retryRounds, rarestRetryRounds);
    this.#roundsToRetry = this.#retryRounds;
    return true;
  }

  async #reload(footprint: Footprint): Promise<void> {
    const signature = signatureOf(footprint);
    const loaded = await this.#loadGood().then(
      (bundle) => ({ bundle }),
      (error: unknown) => ({ error }),
    );
    if (signatureOf(await lookAt(this.#options.folders)) !== signature) {
      // They changed while they were read: what was read may be of both, and is looked at again.
      if ("bundle" in loaded) await this.#close(loaded.bundle);
      return;
    }
    if (signature !== this.#tried) this.#roundsToRetry = this.#retryRounds = firstRetryRounds;
    this.#tried = signature;
    if ("error" in loaded) return this.#reject(loaded.error, footprint);
    if (loaded.bundle.digest !== this.state().digest) {
      this.#adopt(loaded.bundle, footprint);
      this.#options.onSwap(this.state());
      return;
    }
    await this.#close(loaded.bundle);
    this.#adopted = footprint;
    if (this.#state?.rejected === undefined) return;
    this.#state = { ...this.#state, rejected: undefined };
    this.#options.onMend(this.#state);
  }

  #reject(error: unknown, footprint: Footprint): void {
    const { folders, now, onReject } = this.#options;
    const rejected = rejectionOf(error, changesBetween(this.#adopted, footprint), folders, now());
    const before = this.#state?.rejected;
    if (JSON.stringify({ ...before, since: 0 }) === JSON.stringify({ ...rejected, since: 0 })) return;
    this.#state = { ...this.state(), rejected };
    onReject(this.#state, rejected);
  }

  async #loadGood(): Promise<Bundle> {
    const bundle = await this.#options.load();
    try {
      await this.#options.examine(bundle);
      return bundle;
    } catch (error) {
      await this.#close(bundle);
      throw error;
    }
  }

  /** One reference is switched; decisions that began with the old bundle end with it. */
  #adopt(bundle: Bundle, footprint: Footprint): void {
    const old = this.#current;
    this.#current = bundle;
    this.#adopted = footprint;
    this.#state = { digest: bundle.digest, since: this.#options.now(), rejected: undefined };
    if (old !== undefined) {
      const deadlines = [...old.policies.values()].map(({ policy }) => policy.deadlineMs);
      const timer = setTimeout(() => void this.#closeRetired(old), Math.max(0, ...deadlines) + this.#options.graceMs);
      this.#retired.set(old, timer.unref());
    }
    this.#options.onOpen(1 + this.#retired.size);
  }

  async #closeRetired(bundle: Bundle): Promise<void> {
    this.#retired.delete(bundle);
    await this.#close(bundle);
    this.#options.onOpen(1 + this.#retired.size);
  }

  /** A bundle that cannot be closed must end neither the engine nor the taking over of others. */
  async #close(bundle: Bundle): Promise<void> {
    try {
      await bundle.close();
    } catch (error) {
      this.#options.onTrouble(error);
    }
  }
}

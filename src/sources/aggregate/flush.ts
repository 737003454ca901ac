import { closeSync, fdatasync, openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const syncData = promisify(fdatasync);

/** Brings committed pages to the disk every so often, beside the work, so that a power cut costs little. */
export class Flush {
  readonly #file: number;
  readonly #onError: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  #isDirty = false;
  #running: Promise<void> | undefined;

  /** @param path the folder of an LMDB environment */
  constructor(path: string, everyMs: number, onError: (error: Error) => void) {
    this.#file = openSync(join(path, "data.mdb"), "r+");
    this.#onError = onError;
    this.#timer = setInterval(() => {
      if (this.#isDirty) this.#running ??= this.#flush();
    }, everyMs).unref();
  }

  /** Something was committed. */
  mark(): void {
    this.#isDirty = true;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    await this.#flush();
    closeSync(this.#file);
  }

  async #flush(): Promise<void> {
    this.#isDirty = false;
    try {
      await syncData(this.#file);
    } catch (error) {
      this.#isDirty = true;
      this.#onError(error as Error);
    }
    this.#running = undefined;
  }
}

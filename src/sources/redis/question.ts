import type { Read, Values } from "./layout.ts";

export interface Ends {
  readonly resolve: (values: Values) => void;
  readonly reject: (reason: unknown) => void;
  /** Nobody waits for it any more. */
  readonly givenUp: (question: Question) => void;
}

/** One read that somebody waits for, until it is answered, failed or given up: whichever is first. */
export class Question {
  readonly read: Read;
  open = true;
  /** How often a server sent it on to another. */
  redirects = 0;
  readonly #signal: AbortSignal;
  readonly #ends: Ends;

  constructor(read: Read, signal: AbortSignal, ends: Ends) {
    this.read = read;
    this.#signal = signal;
    this.#ends = ends;
    signal.addEventListener("abort", this);
  }

  answer(values: Values): void {
    if (this.#end()) this.#ends.resolve(values);
  }

  fail(error: Error): void {
    if (this.#end()) this.#ends.reject(error);
  }

  /** Of the signal's event. */
  handleEvent(): void {
    if (!this.#end()) return;
    this.#ends.givenUp(this);
    this.#ends.reject(this.#signal.reason);
  }

  #end(): boolean {
    if (!this.open) return false;
    this.open = false;
    this.#signal.removeEventListener("abort", this);
    return true;
  }
}

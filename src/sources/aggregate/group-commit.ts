interface Waiting {
  run(): void;
  /** What `run` came to reaches who waits for it. */
  settle(): void;
  fail(error: unknown): void;
}

/**
 * Commits what is to be written in one turn of the event loop together: a commit costs more than what one event writes, and
 * under load many events arrive in one turn.
 */
export class GroupCommit {
  readonly #transact: (actions: () => void) => void;
  #waiting: Waiting[] = [];

  /** @param transact runs what it is given in one transaction; what throws leaves nothing behind. */
  constructor(transact: (actions: () => void) => void) {
    this.#transact = transact;
  }

  /** Resolves when what the action wrote is committed; rejects if it threw, and then nothing of it was written. */
  write<Result>(action: () => Result): Promise<Result> {
    return new Promise((resolve, fail) => {
      let result: Result;
      const run = () => {
        result = action();
      };
      if (this.#waiting.push({ run, settle: () => resolve(result), fail }) === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits what waits now. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    try {
      this.#transact(() => {
        for (const each of waiting) each.run();
      });
    } catch (error) {
      if (waiting.length === 1) waiting[0]!.fail(error);
      // One that fails takes no other with it.
      else for (const each of waiting) this.#alone(each);
      return;
    }
    for (const each of waiting) each.settle();
  }

  #alone(waiting: Waiting): void {
    try {
      this.#transact(() => waiting.run());
    } catch (error) {
      return waiting.fail(error);
    }
    waiting.settle();
  }
}

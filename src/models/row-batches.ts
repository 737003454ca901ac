/** One model input row: its features in the manifest's order. */
export type Row = Float32Array | Float64Array;

/** Scores rows in one run; one number for each, in their order. */
export type ScoreRows = (rows: readonly Row[]) => Promise<readonly number[]>;

interface Waiting {
  readonly row: Row;
  resolve(score: number): void;
  reject(error: unknown): void;
}

/**
 * Scores what is asked for at the same moment in one run: a run of a small graph costs several times what it adds for one
 * more row. Nothing waits for this, as the rows of simultaneous decisions are there together anyway.
 */
export class RowBatches {
  readonly #scoreRows: ScoreRows;
  readonly #maxRows: number;
  #waiting: Waiting[] = [];

  constructor(scoreRows: ScoreRows, maxRows: number) {
    this.#scoreRows = scoreRows;
    this.#maxRows = maxRows;
  }

  score(row: Row): Promise<number> {
    return new Promise((resolve, reject) => {
      // After all that goes on by promises now, and before anything that comes in later.
      if (this.#waiting.push({ row, resolve, reject }) === 1) process.nextTick(() => this.#flush());
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; from += this.#maxRows)
      void this.#run(waiting.slice(from, from + this.#maxRows));
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    try {
      const scores = await this.#scoreRows(batch.map(({ row }) => row));
      for (const [at, { resolve }] of batch.entries()) resolve(scores[at]!);
    } catch (error) {
      // A row that the graph cannot take costs no other row its score.
      if (batch.length > 1) for (const each of batch) void this.#run([each]);
      else batch[0]!.reject(error);
    }
  }
}

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface MemoryTrend {
  /** What was in use after each round: the heap and the buffers beside it. */
  readonly usedBytes: readonly number[];
  /** The median of the slopes between all pairs of rounds (Theil–Sen): one odd round does not move it. */
  readonly bytesPerRound: number;
  /**
   * By which share of the first round's memory all rounds together grew; about 0 where nothing leaks. That memory is the
   * whole process's: a round must do enough work that keeping a part of it would show.
   */
  readonly growth: number;
}

export interface MemoryOptions {
  readonly rounds?: number;
  /** Rounds run before the first sample: caches fill, code is compiled. */
  readonly warmUp?: number;
}

/** Does the same work again and again, and tells whether memory grows with it. Rounds should be of the same size. */
export async function memoryTrend(
  work: (round: number) => unknown,
  { rounds = 10, warmUp = 3 }: MemoryOptions = {},
): Promise<MemoryTrend> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const usedBytes: number[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    await work(round);
    // What closed is only let go of in the turns after.
    for (let turn = 0; turn < 2; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    const { heapUsed, external } = process.memoryUsage();
    if (round >= warmUp) usedBytes.push(heapUsed + external);
  }
  const bytesPerRound = medianSlope(usedBytes);
  return { usedBytes, bytesPerRound, growth: (bytesPerRound * (rounds - 1)) / usedBytes[0]! };
}

function medianSlope(values: readonly number[]): number {
  const slopes = values
    .flatMap((from, at) => values.slice(at + 1).map((to, further) => (to - from) / (further + 1)))
    .sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}

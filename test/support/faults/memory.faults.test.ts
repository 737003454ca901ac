import assert from "node:assert/strict";
import { memoryTrend } from "./memory.ts";

describe("memoryTrend", () => {
  const size = 2_000_000;
  const work = {
    "work that keeps nothing": () => {
      Array.from({ length: 100_000 }, (_, at) => ({ at }));
    },
    "work that fills a cache first": (() => {
      const kept: Buffer[] = [];
      return (round: number) => {
        if (round < 3) kept.push(Buffer.alloc(size, 1));
      };
    })(),
    "work with one odd round": (() => {
      let kept: Buffer | undefined;
      return (round: number) => {
        kept = round === 5 ? Buffer.alloc(20 * size, 1) : undefined;
        return kept;
      };
    })(),
  };
  for (const [name, run] of Object.entries(work)) {
    it(`is flat for ${name}`, async () => {
      const { growth, usedBytes } = await memoryTrend(run, { rounds: 6, warmUp: 3 });
      assert.ok(Math.abs(growth) < 0.05, `${growth}: ${usedBytes}`);
    });
  }

  const leaks = {
    "objects on the heap": (kept: unknown[]) => kept.push(Array.from({ length: 50_000 }, (_, at) => ({ at }))),
    "buffers beside it": (kept: unknown[]) => kept.push(Buffer.alloc(size, 1)),
  };
  for (const [name, leak] of Object.entries(leaks)) {
    it(`finds a leak of ${name}`, async () => {
      const kept: unknown[] = [];
      const { bytesPerRound, growth } = await memoryTrend(() => leak(kept), { rounds: 5, warmUp: 1 });
      assert.ok(bytesPerRound > size / 2, `${bytesPerRound}`);
      assert.ok(growth > 0, `${growth}`);
    });
  }
});

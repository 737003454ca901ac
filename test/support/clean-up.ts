import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

type Undo = () => unknown;

/** What a test opened, closed after it: newest first, all of it, also when the test failed. */
export interface CleanUp {
  later(undo: Undo): void;
  /** A folder that is there as long as the test. */
  folder(): Promise<string>;
}

/** @param hook `afterEach`, or `after` for what a whole suite shares. */
export function cleanUp(hook: (run: () => Promise<void>) => void = afterEach): CleanUp {
  const undos: Undo[] = [];
  hook(async () => {
    for (const undo of undos.splice(0).reverse()) await undo();
  });
  return {
    later: (undo) => undos.push(undo),
    async folder() {
      const folder = await mkdtemp(path.join(tmpdir(), "verdict-test-"));
      undos.push(() => rm(folder, { recursive: true, force: true }));
      return folder;
    },
  };
}

import { setTimeout as sleep } from "node:timers/promises";

/** Looks again and again until it is so; mocha's timeout is what ends a wait in vain. */
export async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await sleep(5);
}

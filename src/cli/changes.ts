import { setInterval } from "node:timers/promises";
import { type BundleFolders, lookAt, signatureOf } from "../decide/bundle-files.ts";

/** Yields at once, and then whenever documents changed and stood still for one round, until the signal. */
export async function* changesIn(folders: BundleFolders, everyMs: number, signal: AbortSignal) {
  let known = signatureOf(await lookAt(folders));
  let seen = known;
  yield;
  try {
    for await (const _ of setInterval(everyMs, undefined, { signal })) {
      const now = signatureOf(await lookAt(folders));
      const still = now === seen;
      seen = now;
      if (!still || now === known) continue;
      known = now;
      yield;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

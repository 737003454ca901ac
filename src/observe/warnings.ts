import type { Logger } from "./logger.ts";

/** @param about what it is about: only names from documents and fixed words. One line a window of each. */
export type Warn = (about: string, fields: object, message: string) => void;

export interface WarningLimits {
  /** Of what is warned of the same, one line is written in so long. Milliseconds. */
  readonly everyMs: number;
  readonly now: () => number;
}

/** A source that is down would otherwise write a line for each decision. */
const defaults: WarningLimits = { everyMs: 10_000, now: () => performance.now() };

/** More is known of no engine; names of documents that are gone are forgotten with the rest. */
const mostRemembered = 1_000;

/** Warnings, each kind at most once in a while; the next one says how many were held back (`heldBack`). */
export function limitWarnings(logger: Logger, { everyMs, now }: WarningLimits = defaults): Warn {
  const last = new Map<string, { readonly atMs: number; heldBack: number }>();
  return (about, fields, message) => {
    const before = last.get(about);
    const nowMs = now();
    if (before !== undefined && nowMs - before.atMs < everyMs) {
      before.heldBack += 1;
      return;
    }
    if (last.size >= mostRemembered) last.clear();
    last.set(about, { atMs: nowMs, heldBack: 0 });
    const heldBack = before?.heldBack ?? 0;
    logger.warn(heldBack === 0 ? fields : { ...fields, heldBack }, message);
  };
}

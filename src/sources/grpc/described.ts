import { RemoteError } from "../../domain/remote.ts";
import { findMethod, type UnaryMethod } from "./method.ts";
import { asError, Misfit } from "./misfit.ts";

/** Gives the method of a source: at once where a proto was given, else when the server has described it. */
export type Describe = (signal: AbortSignal) => UnaryMethod | Promise<UnaryMethod>;

type Reflect = () => Promise<Parameters<typeof findMethod>[0]>;

/** A server that was down may be back at any moment; one that does not describe the method will not soon. */
const pauseMs = { least: 100, whenDown: 500, most: 30_000 };

/**
 * Asks for the description at the first fetch and keeps it. One that cannot be had is asked for again at a later fetch, after
 * a growing pause; until then fetches fail at once with what went wrong.
 */
export function describeLater(method: string, reflect: Reflect): Describe {
  let known: UnaryMethod | undefined;
  let asking: Promise<UnaryMethod> | undefined;
  let failed: { readonly error: Error; readonly againMs: number } | undefined;
  let pause = 0;
  const ask = async () => {
    try {
      known = findMethod(await reflect(), method);
      return known;
    } catch (caught) {
      const error = caught instanceof Misfit ? asError(caught) : (caught as Error);
      const isDown = error instanceof RemoteError && ["UNAVAILABLE", "DEADLINE_EXCEEDED"].includes(error.code);
      pause = Math.min(Math.max(pauseMs.least, pause * 2), isDown ? pauseMs.whenDown : pauseMs.most);
      failed = { error, againMs: performance.now() + pause };
      throw error;
    } finally {
      asking = undefined;
    }
  };
  return (signal) => {
    if (known !== undefined) return known;
    if (failed !== undefined && performance.now() < failed.againMs) throw failed.error;
    asking ??= ask();
    return whileAwaited(asking, signal);
  };
}

/** What a promise gives, unless the signal comes first: the promise goes on without those who do not wait any more. */
async function whileAwaited<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

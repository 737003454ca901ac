import type { FeatureSource } from "../../domain/source.ts";
import { follow } from "./answer.ts";
import { type BulkheadOptions, tailDefaults } from "./entry.ts";
import type { TailEvents } from "./events.ts";

/**
 * So many fetches are in flight at most and so many wait, in their order; any other fails at once. One slow source can
 * so never hold the memory and the connections of all.
 */
export function withBulkhead<Feature>(
  source: FeatureSource<Feature>,
  { maxInFlight = tailDefaults.maxInFlight, queue = tailDefaults.queue }: BulkheadOptions,
  { events }: { readonly events: TailEvents },
): FeatureSource<Feature> {
  const { name, kind } = source;
  const turns = new Turns(maxInFlight);
  return {
    name,
    kind,
    prepare(features) {
      const fetch = source.prepare(features);
      return (request) => {
        const { signal } = request;
        signal.throwIfAborted();
        const end = () => turns.giveBack();
        if (turns.take()) return follow(() => fetch(request), end);
        if (turns.waiting < queue) {
          events.queued(name);
          return turns
            .wait(signal)
            .finally(() => events.unqueued(name))
            .then(() =>
              follow(() => {
                // It may have been aborted in the very moment in which its turn came.
                signal.throwIfAborted();
                return fetch(request);
              }, end),
            );
        }
        events.rejected(name);
        throw new Error(
          `too many requests to ${name}: ${maxInFlight} in flight and ${queue} waiting; ` +
            "it is too slow for its load, or maxInFlight and queue are too small",
        );
      };
    },
  };
}

/** A fixed number of turns, and those who wait for one. */
class Turns {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  take(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** Resolves with a turn; rejects when the signal is aborted first. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.delete(go);
        reject(signal.reason);
      };
      this.#waiting.add(go);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

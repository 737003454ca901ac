import type { Latencies } from "../../domain/latencies.ts";
import type { FeatureSource } from "../../domain/source.ts";
import type { TailEvents } from "./events.ts";
import type { Time } from "./time.ts";

interface Parts {
  readonly time: Time;
  readonly events: TailEvents;
  readonly latencies: Latencies;
}

/**
 * A fetch that fails is made again while more time is left than the source usually takes: after quick failures only, never
 * after a timeout. For reads that may be repeated.
 * @param retries how often at most.
 */
export function withRetries<Feature>(
  source: FeatureSource<Feature>,
  { retries }: { readonly retries: number },
  { time, events, latencies }: Parts,
): FeatureSource<Feature> {
  return {
    name: source.name,
    kind: source.kind,
    prepare(features) {
      const fetch = source.prepare(features);
      return async (request) => {
        for (let left = retries; ; left -= 1) {
          const startMs = time.now();
          const again = () => {
            if (left === 0 || request.signal.aborted) return false;
            const nowMs = time.now();
            // Nothing is known of a source that never answered, but how long it takes to fail.
            const neededMs = latencies.median ?? nowMs - startMs;
            return request.deadlineMs - nowMs > neededMs;
          };
          try {
            const answer = await fetch(request);
            if (answer.status !== "ERROR" || !again()) return answer;
          } catch (error) {
            if (!again()) throw error;
          }
          events.retried(source.name);
          request.note?.({ kind: "retried" });
        }
      };
    },
  };
}

import type { Latencies } from "../../domain/latencies.ts";
import type { FeatureSource } from "../../domain/source.ts";
import { follow, isGood, untilAborted } from "./answer.ts";
import { type Time, timerEarlyMs } from "./time.ts";

/**
 * Each fetch ends with its signal, whatever the source does, and its time is kept. The innermost part of a tail: the others
 * rely on it.
 */
export function withAttempts<Feature>(
  source: FeatureSource<Feature>,
  { time, latencies }: { readonly time: Time; readonly latencies: Latencies },
): FeatureSource<Feature> {
  return {
    name: source.name,
    kind: source.kind,
    prepare(features) {
      const fetch = source.prepare(features);
      return (request) => {
        const startMs = time.now();
        const begin = () => {
          const answer = fetch(request);
          return answer instanceof Promise ? untilAborted(answer, request.signal) : answer;
        };
        return follow(begin, (answer) => {
          const tookMs = time.now() - startMs;
          if (answer !== undefined) {
            if (isGood(answer)) latencies.record(tookMs);
            return;
          }
          // What was given up after the p95 would have taken at least that long. Without those, the p95 of a source whose
          // slow answers are outrun by second attempts would sink and sink.
          const cut = request.signal.aborted && startMs + tookMs < request.deadlineMs - timerEarlyMs;
          if (cut && tookMs >= (latencies.p95 ?? Number.POSITIVE_INFINITY)) latencies.record(tookMs);
        });
      };
    },
  };
}

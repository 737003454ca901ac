import type { Latencies } from "../../domain/latencies.ts";
import type { FeatureSource } from "../../domain/source.ts";
import { untilAborted } from "../until-aborted.ts";
import { follow, isGood } from "./answer.ts";
import type { TailEvents } from "./events.ts";
import { type Time, timerEarlyMs } from "./time.ts";

/**
 * Each fetch ends with its signal, whatever the source does, and its time is kept. The innermost part of a tail: the others
 * rely on it.
 */
export function withAttempts<Feature>(
  source: FeatureSource<Feature>,
  { time, events, latencies }: { readonly time: Time; readonly events: TailEvents; readonly latencies: Latencies },
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
          if (!(answer instanceof Promise)) return answer;
          const late = () => events.late(source.name);
          return untilAborted(answer, request.signal, () => void answer.then(late, () => {}));
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

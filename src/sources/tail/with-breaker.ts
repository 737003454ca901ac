import { Missing } from "../../domain/feature.ts";
import type { Latencies } from "../../domain/latencies.ts";
import type { FeatureSource, SourceAnswer } from "../../domain/source.ts";
import { follow, isGood } from "./answer.ts";
import { Breaker, type Verdict } from "./breaker.ts";
import type { BreakerOptions } from "./entry.ts";
import type { TailEvents } from "./events.ts";
import { type Time, timerEarlyMs } from "./time.ts";

interface Parts {
  readonly time: Time;
  readonly events: TailEvents;
  readonly latencies: Latencies;
}

/** While the source fails, fetches are answered at once: SKIPPED, each feature missing for `breaker_open`. */
export function withBreaker<Feature>(
  source: FeatureSource<Feature>,
  options: BreakerOptions,
  { time, events, latencies }: Parts,
): FeatureSource<Feature> {
  const { name, kind } = source;
  const breaker = new Breaker(options);
  const error = new Error(`${name} is not asked: its circuit breaker is open, as too many of its last fetches failed`);
  return {
    name,
    kind,
    prepare(features) {
      const fetch = source.prepare(features);
      const skipped: SourceAnswer = { status: "SKIPPED", values: features.map(() => Missing.breaker_open), error };
      return (request) => {
        const startMs = time.now();
        const pass = breaker.admit(startMs);
        if (pass === undefined) return skipped;
        const givenMs = request.deadlineMs - startMs;
        return follow(
          () => fetch(request),
          (answer) => {
            const nowMs = time.now();
            const verdict = verdictOf(answer, {
              dueSinceMs: nowMs - request.deadlineMs,
              isAborted: request.signal.aborted,
              hadTime: givenMs >= (latencies.median ?? 0),
            });
            const turned = breaker.report(pass, verdict, nowMs);
            if (turned !== undefined) events[turned](name);
          },
        );
      };
    },
  };
}

interface End {
  /** How long ago the fetch was due when it came; negative before that. */
  readonly dueSinceMs: number;
  readonly isAborted: boolean;
  /** Whether the fetch was given the time that the source usually takes. */
  readonly hadTime: boolean;
}

/** A timeout that comes so much too late shows that this process stood still; the answer may have been waiting. */
const stallMs = 20;

/**
 * A timeout is the source's failure, unless the decision had next to no time left for it: callers in a hurry must not close
 * a source for all. Nor is it when this process was held up, which would close all sources at once. What was aborted before
 * it was due did not matter any more and tells nothing.
 */
function verdictOf(answer: SourceAnswer | undefined, { dueSinceMs, isAborted, hadTime }: End): Verdict {
  if (answer !== undefined && isGood(answer)) return "good";
  if (answer?.status === "SKIPPED") return "unknown";
  if (dueSinceMs >= -timerEarlyMs) return hadTime && dueSinceMs < stallMs ? "failed" : "unknown";
  return isAborted ? "unknown" : "failed";
}

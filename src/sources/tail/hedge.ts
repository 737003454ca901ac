import { randomBytes } from "node:crypto";
import type { Latencies } from "../../domain/latencies.ts";
import type { FeatureSource, Fetch, SourceAnswer, SourceRequest } from "../../domain/source.ts";
import { isGood } from "./answer.ts";
import { DerivedRequest } from "./derived-request.ts";
import type { TailEvents } from "./events.ts";
import { HedgeBudget } from "./hedge-budget.ts";
import type { Time } from "./time.ts";

/** Why the slower of two attempts ended. */
const outrun = new Error("another attempt of the same fetch answered first");

interface Parts {
  readonly time: Time;
  readonly events: TailEvents;
  readonly latencies: Latencies;
}

/**
 * A fetch that takes longer than the source's p95 is sent a second time; the first good answer is taken, the other attempt
 * aborted. At most 5 % of the fetches are. For reads that may be repeated.
 */
export function withHedge<Feature>(source: FeatureSource<Feature>, parts: Parts): FeatureSource<Feature> {
  const budget = new HedgeBudget();
  return {
    name: source.name,
    kind: source.kind,
    prepare(features) {
      const fetch = source.prepare(features);
      return (request) => {
        budget.earn();
        const afterMs = parts.latencies.p95;
        if (afterMs === undefined || parts.time.now() + afterMs >= request.deadlineMs) return fetch(request);
        return race(fetch, request, (begin) =>
          parts.time.after(afterMs, () => {
            if (request.signal.aborted || !budget.take()) return;
            parts.events.hedged(source.name);
            begin();
          }),
        );
      };
    },
  };
}

/** A second attempt under a span of its own, so that its receiver's part of the trace is told from the first's. */
function secondOf(request: SourceRequest): DerivedRequest {
  if (request.note === undefined) return new DerivedRequest(request);
  const spanId = randomBytes(8).toString("hex");
  request.note({ kind: "hedged", spanId });
  return new DerivedRequest(request, { spanId });
}

/**
 * The first good answer of up to two attempts; if none is good, what the first to fail said.
 * @param later arranges for the second attempt to begin. @returns what takes that back.
 */
function race(fetch: Fetch, request: SourceRequest, later: (begin: () => void) => () => void): Promise<SourceAnswer> {
  return new Promise((resolve, reject) => {
    const running = new Set<DerivedRequest>();
    let failed: (() => void) | undefined;
    const fail = (attempt: DerivedRequest, tell: () => void) => {
      attempt.release();
      running.delete(attempt);
      failed ??= tell;
      if (running.size > 0) return;
      cancel();
      failed();
    };
    const win = (attempt: DerivedRequest, answer: SourceAnswer) => {
      cancel();
      attempt.release();
      running.delete(attempt);
      resolve(answer);
      for (const other of running) other.abort(outrun);
    };
    const begin = (attempt: DerivedRequest) => {
      running.add(attempt);
      // Also what is thrown is a rejection.
      const answered = (async () => fetch(attempt))();
      answered.then(
        (answer) => (isGood(answer) ? win(attempt, answer) : fail(attempt, () => resolve(answer))),
        (error) => fail(attempt, () => reject(error)),
      );
    };
    const cancel = later(() => begin(secondOf(request)));
    begin(new DerivedRequest(request));
  });
}

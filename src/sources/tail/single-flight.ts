import type { FeatureSource, FetchNote, SourceAnswer, SourceRequest } from "../../domain/source.ts";
import { untilAborted } from "../until-aborted.ts";
import type { TailEvents } from "./events.ts";
import { FetchKeys } from "./fetch-keys.ts";

/**
 * Fetches of equal features for equal keys that are in flight at the same time are one. Each who waits leaves with the own
 * signal, at once; when the last has left, the fetch is aborted. For sources whose answer depends on the key alone.
 */
export function withSingleFlight<Feature>(
  source: FeatureSource<Feature>,
  { events }: { readonly events: TailEvents },
): FeatureSource<Feature> {
  const { name, kind } = source;
  const flights = new Map<string, Flight>();
  const keys = new FetchKeys();
  return {
    name,
    kind,
    prepare(features) {
      const fetch = source.prepare(features);
      const keyOf = keys.of(features);
      return (request) => {
        request.signal.throwIfAborted();
        const key = keyOf(request.key);
        const inFlight = flights.get(key);
        const flight = inFlight ?? new Flight(request);
        const land = () => {
          if (flights.get(key) === flight) flights.delete(key);
        };
        if (inFlight !== undefined) {
          events.shared(name);
          request.note?.({ kind: "shared", traceparent: inFlight.traceparent });
          return inFlight.join(request, land);
        }
        const answer = fetch(flight);
        if (!(answer instanceof Promise)) return answer;
        flights.set(key, flight);
        answer.then(land, land);
        flight.answer = answer;
        return flight.join(request, land);
      };
    },
  };
}

/** One fetch, as the source sees it, and those who wait for it. */
class Flight implements SourceRequest {
  readonly key: SourceRequest["key"];
  readonly event: SourceRequest["event"];
  readonly include: boolean;
  answer!: Promise<SourceAnswer>;
  readonly #controller = new AbortController();
  readonly #waiting = new Set<SourceRequest>();
  /** Speaks for all when nobody waits: the first before its start, the last after its end. */
  #only: SourceRequest;
  #speaker: SourceRequest | undefined;

  constructor(first: SourceRequest) {
    this.key = first.key;
    this.event = first.event;
    this.include = first.include;
    this.#only = first;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The latest of those who wait. */
  get deadlineMs(): number {
    let latestMs = Number.NEGATIVE_INFINITY;
    for (const { deadlineMs } of this.#waiting) latestMs = Math.max(latestMs, deadlineMs);
    return this.#waiting.size > 0 ? latestMs : this.#only.deadlineMs;
  }

  /** Of one who waits when it is first asked for; the same ever after, as it has gone out. */
  get traceparent(): string {
    this.#speaker ??= this.#speaks();
    return this.#speaker.traceparent;
  }

  get tracestate(): string | undefined {
    return (this.#speaker ?? this.#speaks()).tracestate;
  }

  #speaks(): SourceRequest {
    const [first = this.#only] = this.#waiting;
    return first;
  }

  /** To all who wait. */
  note(note: FetchNote): void {
    for (const request of this.#waiting.size > 0 ? this.#waiting : [this.#only]) request.note?.(note);
  }

  /** @param abandoned called when nobody waits any more. */
  join(request: SourceRequest, abandoned: () => void): Promise<SourceAnswer> {
    this.#waiting.add(request);
    return untilAborted(this.answer, request.signal, () => {
      this.#waiting.delete(request);
      if (this.#waiting.size > 0) return;
      this.#only = request;
      // First, so that whoever comes now gets a fetch of its own.
      abandoned();
      this.#controller.abort(request.signal.reason);
    });
  }
}

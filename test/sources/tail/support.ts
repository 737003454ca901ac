import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { SourceKey } from "../../../src/domain/event.ts";
import type { FeatureSource, Fetch, FetchNote, SourceAnswer, SourceRequest } from "../../../src/domain/source.ts";
import type { SourceFeature } from "../../../src/domain/source-kind.ts";
import type { TailEvents } from "../../../src/sources/tail/events.ts";
import type { Time } from "../../../src/sources/tail/time.ts";

/** Lets everything happen that waits for nothing but its turn. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Time that passes only when it is told to. */
export class FakeTime implements Time {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly run: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Time in which this process does nothing: what gets due waits for the next `pass`. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Runs what is due on the way, each after all that came of the one before. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await settled();
      const next = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
    await settled();
  }
}

export const feature: SourceFeature = { path: "score", type: "double" };

/** A good answer. */
export const ok = (...values: SourceAnswer["values"]): SourceAnswer => ({ status: "OK", values });

/** One fetch that a fake source was asked for. */
export interface Call {
  readonly request: SourceRequest;
  answer(answer: SourceAnswer): void;
  fail(error: Error): void;
}

/** A source that answers when it is told to, and ends with the signal as the contract wants it. */
export class FakeSource implements FeatureSource<SourceFeature> {
  readonly name = "cards";
  readonly kind = "http";
  readonly calls: Call[] = [];
  inFlight = 0;
  mostInFlight = 0;
  aborted = 0;
  /** Told of each call before it waits. */
  onCall: (call: Call) => void = () => {};

  prepare(): Fetch {
    return (request) =>
      new Promise((resolve, reject) => {
        this.inFlight += 1;
        this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
        const { signal } = request;
        assert.equal(signal.aborted, false, "what nobody waits for is not asked");
        let open = true;
        const end = (tell: () => void) => {
          if (!open) return;
          open = false;
          this.inFlight -= 1;
          signal.removeEventListener("abort", stop);
          tell();
        };
        const stop = () =>
          end(() => {
            this.aborted += 1;
            reject(signal.reason);
          });
        signal.addEventListener("abort", stop);
        const call: Call = {
          request,
          answer: (answer) => end(() => resolve(answer)),
          fail: (error) => end(() => reject(error)),
        };
        this.calls.push(call);
        this.onCall(call);
      });
  }

  get last(): Call {
    return this.calls.at(-1)!;
  }
}

/** How a fetch ended: an answer, or the message of what was thrown. */
type End = SourceAnswer | string;

export interface Asked {
  /** Undefined until it ended. */
  end: End | undefined;
  /** Gives up, as when the answer does not matter any more. */
  leave(): void;
  readonly listeners: number;
  /** What it was told of its way. */
  readonly notes: readonly FetchNote[];
}

/** Makes one fetch, aborted at its deadline by the same time as the tail has. */
export function ask(fetch: Fetch, time: Time, key: SourceKey = ["k"], timeoutMs = 100): Asked {
  const controller = new AbortController();
  const { signal } = controller;
  const notes: FetchNote[] = [];
  const asked: Asked = {
    notes,
    end: undefined,
    leave: () => controller.abort(new Error("left")),
    get listeners() {
      return getEventListeners(signal, "abort").length;
    },
  };
  const cancel = time.after(timeoutMs, () => controller.abort(new Error("timeout")));
  const done = (end: End) => {
    cancel();
    asked.end = end;
  };
  const request: SourceRequest = {
    key,
    event: { requestId: "r", occurredAtMs: 0, attributes: {} },
    include: false,
    signal,
    deadlineMs: time.now() + timeoutMs,
    traceparent: `trace of ${key.join()}`,
    note: (note) => notes.push(note),
  };
  let answer: SourceAnswer | Promise<SourceAnswer>;
  try {
    answer = fetch(request);
  } catch (error) {
    done((error as Error).message);
    return asked;
  }
  if (answer instanceof Promise) answer.then(done, (error: Error) => done(error.message));
  else done(answer);
  return asked;
}

/** Counts what a tail did, by what it was. */
export function countEvents(): { readonly counts: Record<string, number>; readonly events: TailEvents } {
  const counts: Record<string, number> = {};
  const count = (name: string) => (source: string) => {
    assert.equal(source, "cards");
    counts[name] = (counts[name] ?? 0) + 1;
  };
  return {
    counts,
    events: {
      hit: count("hit"),
      stale: count("stale"),
      shared: count("shared"),
      hedged: count("hedged"),
      retried: count("retried"),
      opened: count("opened"),
      closed: count("closed"),
      late: count("late"),
      queued: count("queued"),
      unqueued: count("unqueued"),
      rejected: count("rejected"),
    },
  };
}

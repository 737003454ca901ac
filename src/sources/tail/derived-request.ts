import type { FetchNote, SourceRequest } from "../../domain/source.ts";

interface DerivedOptions {
  readonly deadlineMs?: number;
  /** The span it goes out under, if not the other's. */
  readonly spanId?: string;
}

/**
 * The same request with a signal of its own, which also follows the other's. Signal and trace context are made only when
 * they are asked for. Whoever makes one must `release` or `abort` it.
 */
export class DerivedRequest implements SourceRequest {
  readonly key: SourceRequest["key"];
  readonly event: SourceRequest["event"];
  readonly include: boolean;
  readonly deadlineMs: number;
  readonly #from: SourceRequest;
  #controller: AbortController | undefined;
  #released = false;
  #reason: unknown;

  readonly #spanId: string | undefined;

  constructor(from: SourceRequest, { deadlineMs = from.deadlineMs, spanId }: DerivedOptions = {}) {
    this.#from = from;
    this.#spanId = spanId;
    this.key = from.key;
    this.event = from.event;
    this.include = from.include;
    this.deadlineMs = deadlineMs;
  }

  get traceparent(): string {
    const { traceparent } = this.#from;
    if (this.#spanId === undefined) return traceparent;
    const [version, traceId, , flags] = traceparent.split("-");
    return [version, traceId, this.#spanId, flags].join("-");
  }

  get tracestate(): string | undefined {
    return this.#from.tracestate;
  }

  note(note: FetchNote): void {
    this.#from.note?.(note);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
      else if (this.#from.signal.aborted) this.#controller.abort(this.#from.signal.reason);
      else if (!this.#released) this.#from.signal.addEventListener("abort", this);
    }
    return this.#controller.signal;
  }

  /** Of the other's signal. */
  handleEvent(): void {
    this.abort(this.#from.signal.reason);
  }

  abort(reason: unknown): void {
    this.release();
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  /** It follows the other signal no more. */
  release(): void {
    this.#released = true;
    if (this.#controller !== undefined) this.#from.signal.removeEventListener("abort", this);
  }
}

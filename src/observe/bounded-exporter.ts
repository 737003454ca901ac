import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

type Done = Parameters<SpanExporter["export"]>[1];

/** OpenTelemetry's `ExportResultCode.SUCCESS`. */
const succeeded = 0;

/** Spans that may wait: 20,000 a second over a slow line, or half a second's while nobody takes them. */
export const maxWaiting = 65_536;
const maxWaitingInVain = 8_192;

/**
 * An exporter that knows how many spans wait for it, so that whole traces are left away rather than parts of them, and
 * next to nothing is kept for a collector that is down.
 */
export class BoundedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #onLost: (spans: number) => void;
  #waiting = 0;
  #failing = false;

  constructor(exporter: SpanExporter, onLost: (spans: number) => void) {
    this.#exporter = exporter;
    this.#onLost = onLost;
  }

  /** Whether so many spans more may wait; they count as waiting then. */
  admit(spans: number): boolean {
    if (this.#waiting + spans > (this.#failing ? maxWaitingInVain : maxWaiting)) return false;
    this.#waiting += spans;
    return true;
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#exporter.export(spans, (result) => {
      this.#waiting -= spans.length;
      this.#failing = result.code !== succeeded;
      if (this.#failing) this.#onLost(spans.length);
      // What could not be sent is counted; the processor would only tell it to a log that nobody reads.
      done({ code: succeeded });
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

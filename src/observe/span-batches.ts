import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace";

/** Sized so that 20,000 spans a second over a 10 ms link lose none. */
const batching = { maxQueueSize: 65_536, maxExportBatchSize: 2048, scheduledDelayMillis: 200 };

/** What an exporter answers when it sent its spans (`ExportResultCode.SUCCESS`). */
const sent = 0;

/**
 * Sends spans in batches, and tells how many are lost: when the queue is full, or a batch could not be sent. The batches
 * themselves lose them silently.
 */
export function batchesTo(exporter: SpanExporter, onDropped: (spans: number) => void): SpanProcessor {
  let queued = 0;
  const counted: SpanExporter = {
    export(spans, done) {
      queued -= spans.length;
      exporter.export(spans, (result) => {
        if (result.code !== sent) onDropped(spans.length);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  class Batches extends BatchSpanProcessor {
    override onEnd(span: ReadableSpan): void {
      if (queued < batching.maxQueueSize) queued += 1;
      else onDropped(1);
      super.onEnd(span);
    }
  }
  return new Batches({ exporter: counted, ...batching });
}

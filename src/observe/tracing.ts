import {
  type Context,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { type IdGenerator, RandomIdGenerator, type SpanExporter } from "@opentelemetry/sdk-trace";
import type { Decision } from "../domain/decision.ts";
import { batchesTo } from "./span-batches.ts";
import { type SpanPlan, spansOf } from "./spans.ts";

/** Sends traces of decisions; made after the decision, so they cost it nothing. */
export interface Tracing {
  /** Whether the trace is kept. */
  decided(decision: Decision): boolean;
  shutdown(): Promise<void>;
}

export interface TracingOptions {
  /** Base URL of an OTLP receiver over http/protobuf, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** Of the decisions that nothing else keeps, one in so many is kept. */
  readonly keepOneIn: number;
  /** Told of spans that are lost, because they come faster than they are taken or the receiver cannot be reached. */
  readonly onDropped: (spans: number) => void;
}

/** Of one export with its retries: a stop waits for the last one, also when no collector answers. */
const timeoutMillis = 2_000;

export function startTracing({ endpoint, ...options }: TracingOptions): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces`, timeoutMillis });
  return startTracingTo(exporter, options);
}

/** As `startTracing`, to any exporter. */
export function startTracingTo(
  exporter: SpanExporter,
  { keepOneIn, onDropped }: Omit<TracingOptions, "endpoint">,
): Tracing {
  const ids = new FixedIds();
  const sdk = new NodeSDK({
    serviceName: "verdict",
    autoDetectResources: false,
    instrumentations: [],
    textMapPropagator: null,
    idGenerator: ids,
    spanProcessors: [batchesTo(exporter, onDropped)],
    // Metrics are served by prom-client and logs by pino; NodeSDK would otherwise start its own from the environment.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const tracer = trace.getTracer("verdict");
  let seen = 0;
  return {
    decided(decision) {
      seen += 1;
      const reason = samplingReason(decision, seen % keepOneIn === 0);
      if (reason === undefined) return false;
      emitRoot(tracer, ids, decision, spansOf(decision, reason));
      return true;
    },
    async shutdown() {
      // Traces that cannot be sent any more are lost; that is no reason for a stop to fail.
      await sdk.shutdown().catch(() => {});
      trace.disable();
    },
  };
}

/** Why a decision's trace is kept; undefined if it is not. */
export function samplingReason(
  { trace: { sampled }, completeness, reasons }: Decision,
  chosen: boolean,
): string | undefined {
  if (sampled) return "parent";
  if (completeness === "DEGRADED") return "degraded";
  if (reasons.length > 0) return "reasons";
  return chosen ? "ratio" : undefined;
}

/** The root's ids were fixed when the request arrived, so that the response and outgoing calls could name them. */
class FixedIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  next: { readonly traceId: string; readonly spanId: string } | undefined;

  generateTraceId(): string {
    return this.next?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.next?.spanId ?? this.#random.generateSpanId();
  }
}

function emitRoot(tracer: Tracer, ids: FixedIds, decision: Decision, plan: SpanPlan): void {
  const { traceId, spanId, parentSpanId } = decision.trace;
  const parent =
    parentSpanId === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: parentSpanId,
          traceFlags: TraceFlags.SAMPLED,
          isRemote: true,
        });
  ids.next = { traceId, spanId };
  emit(tracer, ids, parent, plan, decision.arrivedAtMs);
}

function emit(tracer: Tracer, ids: FixedIds, parent: Context, plan: SpanPlan, arrivedAtMs: number): void {
  const { name, kind, attributes, startUs, endUs, failed, children } = plan;
  const span = tracer.startSpan(
    name,
    { kind: SpanKind[kind], attributes, startTime: at(arrivedAtMs, startUs) },
    parent,
  );
  ids.next = undefined;
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  for (const child of children) {
    if (child.spanId !== undefined) ids.next = { traceId: span.spanContext().traceId, spanId: child.spanId };
    emit(tracer, ids, trace.setSpan(parent, span), child, arrivedAtMs);
  }
  // Both ends as seconds and nanoseconds: any other form is cut to milliseconds.
  span.end(at(arrivedAtMs, endUs));
}

function at(arrivedAtMs: number, us: number): HrTime {
  const microseconds = Math.floor(arrivedAtMs * 1000) + us;
  const seconds = Math.floor(microseconds / 1_000_000);
  return [seconds, (microseconds - seconds * 1_000_000) * 1000];
}

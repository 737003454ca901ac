import {
  type Attributes,
  type Context,
  createTraceState,
  type HrTime,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type SpanExporter,
} from "@opentelemetry/sdk-trace";
import { type Clock, systemClock } from "../domain/clock.ts";
import type { DecideCall, Decision, TraceIdentity } from "../domain/decision.ts";
import { BoundedExporter, maxWaiting } from "./bounded-exporter.ts";
import { Keeping, type KeepReason } from "./keeping.ts";
import { type SpanPlan, spanCount } from "./span-plan.ts";
import { spanOfFailure, spansOf } from "./spans.ts";

/** Sends traces of decisions; made after the decision, so they cost it nothing. */
export interface Tracing {
  /** When a request arrives: whether its trace is one of those that are kept whatever comes of it. */
  arrived(trace: TraceIdentity): TraceIdentity;
  /** @returns why the trace is kept and will be sent; undefined if it is not. */
  decided(decision: Decision): KeepReason | undefined;
  /** As `decided`, for a request that came to no decision. */
  failed(error: unknown, call: DecideCall): KeepReason | undefined;
  shutdown(): Promise<void>;
}

/** Told of traces, for whoever counts them. */
export interface TraceCounts {
  kept(reason: KeepReason): void;
  /** There was a reason to keep it, but it is over the cap. */
  over(reason: KeepReason): void;
  /** Spans are lost: there was no room for their trace while others wait, or the receiver did not take them. */
  lost(spans: number): void;
}

export interface KeepSettings {
  /** See `KeepOptions`. */
  readonly keepOneIn: number;
  readonly maxPerSecond: number;
}

export interface TracingOptions extends KeepSettings {
  /** Base URL of an OTLP receiver over http/protobuf, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
}

/** Sized so that 20,000 spans a second over a 10 ms link lose none. */
const batching = { maxQueueSize: maxWaiting, maxExportBatchSize: 2048, scheduledDelayMillis: 200 };

/** Of one export with its retries: a stop waits for the last one, also when no collector answers. */
const timeoutMillis = 2_000;

export function startTracing({ endpoint, ...settings }: TracingOptions, counts: TraceCounts): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces`, timeoutMillis });
  return startTracingTo(exporter, settings, counts);
}

/** As `startTracing`, to any exporter. */
export function startTracingTo(
  to: SpanExporter,
  settings: KeepSettings,
  counts: TraceCounts,
  clock: Clock = systemClock,
): Tracing {
  const exporter = new BoundedExporter(to, counts.lost);
  const ids = new FixedIds();
  const sdk = new NodeSDK({
    serviceName: "verdict",
    autoDetectResources: false,
    instrumentations: [],
    textMapPropagator: null,
    idGenerator: ids,
    // What is kept is decided here; the environment's samplers know nothing of decisions.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...batching })],
    // Metrics are served by prom-client and logs by pino; NodeSDK would otherwise start its own from the environment.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const tracer = trace.getTracer("verdict");
  const keeping = new Keeping({
    ...settings,
    now: () => clock.monotonic(),
    onOver: counts.over,
  });
  const send = (identity: TraceIdentity, plan: SpanPlan, arrivedAtMs: number, reason: KeepReason) => {
    const spans = spanCount(plan);
    if (!exporter.admit(spans)) {
      counts.lost(spans);
      return undefined;
    }
    emitRoot(tracer, ids, identity, plan, arrivedAtMs);
    counts.kept(reason);
    return reason;
  };
  return {
    arrived: (identity) => keeping.arrived(identity),
    decided(decision) {
      const reason = keeping.decided(decision);
      if (reason === undefined) return undefined;
      return send(decision.trace, spansOf(decision, reason), decision.arrivedAtMs, reason);
    },
    failed(error, { arrivedMs, trace: identity }) {
      const reason = keeping.failed(error, identity);
      if (reason === undefined) return undefined;
      const plan = spanOfFailure(error, clock.monotonic() - arrivedMs, reason);
      return send(identity, plan, clock.epochOf(arrivedMs), reason);
    },
    async shutdown() {
      // Traces that cannot be sent any more are lost; that is no reason for a stop to fail.
      await sdk.shutdown().catch(() => {});
      trace.disable();
    },
  };
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

function emitRoot(tracer: Tracer, ids: FixedIds, identity: TraceIdentity, plan: SpanPlan, arrivedAtMs: number): void {
  const { traceId, spanId, parentSpanId, state } = identity;
  const parent =
    parentSpanId === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: parentSpanId,
          traceFlags: TraceFlags.SAMPLED,
          isRemote: true,
          ...(state === undefined ? {} : { traceState: createTraceState(state) }),
        });
  ids.next = { traceId, spanId };
  emit(tracer, ids, parent, plan, { traceId, arrivedAtMs });
}

interface Of {
  readonly traceId: string;
  readonly arrivedAtMs: number;
}

function emit(tracer: Tracer, ids: FixedIds, parent: Context, plan: SpanPlan, of: Of): void {
  const { name, kind, attributes, startUs, endUs, failed, events = [], children } = plan;
  const links = (plan.links ?? []).map(
    ({ traceId = of.traceId, spanId, relation }): Link => ({
      context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
      attributes: { "verdict.link": relation },
    }),
  );
  const startTime = at(of, startUs);
  const span = tracer.startSpan(
    name,
    { kind: SpanKind[kind], attributes: attributes as Attributes, startTime, links },
    parent,
  );
  ids.next = undefined;
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  for (const event of events) {
    span.addEvent(event.name, event.attributes ?? {}, at(of, Math.min(Math.max(startUs, event.atUs), endUs)));
  }
  for (const child of children) {
    if (child.spanId !== undefined) ids.next = { traceId: of.traceId, spanId: child.spanId };
    emit(tracer, ids, trace.setSpan(parent, span), child, of);
  }
  // Both ends as seconds and nanoseconds: any other form is cut to milliseconds.
  span.end(at(of, endUs));
}

function at({ arrivedAtMs }: Of, us: number): HrTime {
  const microseconds = Math.floor(arrivedAtMs * 1000) + Math.floor(us);
  const seconds = Math.floor(microseconds / 1_000_000);
  return [seconds, (microseconds - seconds * 1_000_000) * 1000];
}

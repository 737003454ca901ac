/** A span as plain data; times are microseconds since the request's arrival. */
export interface SpanPlan {
  readonly name: string;
  /** Fixed before; undefined: any. */
  readonly spanId?: string | undefined;
  readonly kind: "SERVER" | "CLIENT" | "PRODUCER" | "INTERNAL";
  readonly startUs: number;
  readonly endUs: number;
  readonly failed: boolean;
  readonly attributes: SpanAttributes;
  /** Of them, times before the start or after the end stand for these. */
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
  readonly children: readonly SpanPlan[];
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanEvent {
  readonly name: string;
  readonly atUs: number;
  readonly attributes?: SpanAttributes;
}

/** To a span of this or another trace. */
export interface SpanLink {
  /** Undefined: of the same trace. */
  readonly traceId?: string;
  readonly spanId: string;
  /** What it is to this span. */
  readonly relation: "shared" | "first_attempt";
}

export function spanCount({ children }: SpanPlan): number {
  return children.reduce((count, child) => count + spanCount(child), 1);
}

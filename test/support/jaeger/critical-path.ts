import type { JaegerSpan } from "./jaeger-span.ts";

/** A stretch of time that one span held the trace up by itself. Microseconds since the epoch. */
export interface Section {
  readonly span: JaegerSpan;
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * The critical path that Jaeger's page shows, by its published description: from the root's end back, the time after the
 * last child to finish is the span's own; then that child's path; before its start, the same with the children that ended
 * earlier (strictly). Jaeger's page knows whole microseconds only. Written from the description, not from Jaeger's code.
 *
 * @returns in time order.
 */
export function criticalPath(root: JaegerSpan, spans: readonly JaegerSpan[]): Section[] {
  const sections: Section[] = [];
  const walk = (span: JaegerSpan) => {
    const { startUs, endUs } = microseconds(span);
    let untilUs = endUs;
    const children = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    for (let isFirst = true; ; isFirst = false) {
      const child = lastToFinish(children, isFirst ? Number.POSITIVE_INFINITY : untilUs);
      if (child === undefined) break;
      if (child.endUs < untilUs) sections.push({ span, startUs: child.endUs, endUs: untilUs });
      walk(child.span);
      untilUs = child.startUs;
    }
    sections.push({ span, startUs, endUs: untilUs });
  };
  walk(root);
  return sections.reverse();
}

function lastToFinish(children: readonly JaegerSpan[], beforeUs: number) {
  return children
    .map((span) => ({ span, ...microseconds(span) }))
    .filter(({ endUs }) => endUs < beforeUs)
    .reduce<{ span: JaegerSpan; startUs: number; endUs: number } | undefined>(
      (last, child) => (last === undefined || child.endUs > last.endUs ? child : last),
      undefined,
    );
}

export function microseconds({ startNs, endNs }: Pick<JaegerSpan, "startNs" | "endNs">) {
  const startUs = Number(startNs / 1000n);
  return { startUs, endUs: startUs + Number((endNs - startNs) / 1000n) };
}

import type { JaegerTrace } from "../../../src/latency/from-jaeger.ts";
import type { spansOf } from "../../../src/observe/spans.ts";

type SpanPlan = ReturnType<typeof spansOf>;

/** When the traces were, microseconds since the epoch. */
const arrivedUs = 1_767_787_200_000_500;

/** Decisions' spans as Jaeger's API gives them back: in no order, under a span of the caller's. */
export function jaegerTrace(traceID: string, plans: readonly SpanPlan[]): JaegerTrace {
  const spans: JaegerTrace["spans"][number][] = [];
  const add = ({ name, startUs, endUs, attributes, failed, children }: SpanPlan, parent: string) => {
    const spanID = `${spans.length + 1}`;
    const tags = Object.entries(failed ? { ...attributes, error: true } : attributes);
    spans.push({
      spanID,
      operationName: name,
      references: [{ refType: "CHILD_OF", spanID: parent }],
      startTime: arrivedUs + startUs,
      duration: endUs - startUs,
      tags: tags.map(([key, value]) => ({ key, value })),
    });
    for (const child of children) add(child, spanID);
  };
  for (const plan of plans) add(plan, "caller");
  spans.push({ spanID: "caller", operationName: "pay", startTime: arrivedUs - 5, duration: 100_000 });
  return { traceID, spans: spans.reverse() };
}

import type { StepTiming } from "../domain/decision.ts";
import { apart } from "./apart.ts";
import type { SpanAttributes, SpanEvent, SpanLink, SpanPlan } from "./span-plan.ts";

/** As measured: `apart` brings it to whole microseconds. */
export function interval({ startMs, durationMs }: Pick<StepTiming, "startMs" | "durationMs">) {
  const startUs = Math.max(0, startMs * 1000);
  return { startUs, endUs: Math.max(startUs, (startMs + durationMs) * 1000) };
}

/** A span of one step, by itself. */
export function stepSpan(name: string, kind: SpanPlan["kind"], step: StepTiming): SpanPlan {
  return {
    name,
    kind,
    ...interval(step),
    failed: step.status === "ERROR" || step.status === "TIMEOUT",
    attributes: latency("verdict.", step),
    events: endEvents(step),
    children: [],
  };
}

export function sourceSpan(step: StepTiming): SpanPlan {
  const noted = (kind: string) => step.notes.filter((note) => note.kind === kind).length;
  const { startUs, endUs } = interval(step);
  const hedges = step.notes.flatMap((note): SpanPlan[] => {
    if (note.kind !== "hedged") return [];
    const links: SpanLink[] = step.spanId === undefined ? [] : [{ spanId: step.spanId, relation: "first_attempt" }];
    const atUs = Math.min(Math.max(startUs, note.atMs * 1000), endUs);
    const attributes = { "verdict.source.name": step.name };
    const name = `source ${step.name}, second attempt`;
    return [{ ...plain(name, atUs, endUs, attributes), kind: "CLIENT", spanId: note.spanId, links }];
  });
  return {
    ...stepSpan(`source ${step.name}`, "CLIENT", step),
    spanId: step.spanId,
    attributes: {
      "verdict.source.name": step.name,
      "verdict.source.kind": step.sourceKind ?? "",
      "verdict.source.status": step.status,
      "verdict.source.features": step.features,
      ...latency("verdict.source.", step),
      "verdict.source.cache_hit": step.status === "CACHED",
      "verdict.source.stale": noted("stale") > 0,
      "verdict.source.shared": noted("shared") > 0,
      "verdict.source.hedged": hedges.length > 0,
      "verdict.source.retries": noted("retried"),
    },
    events: [...step.notes.map(({ kind, atMs }): SpanEvent => ({ name: kind, atUs: atMs * 1000 })), ...endEvents(step)],
    links: step.notes.flatMap((note): SpanLink[] => {
      const [, traceId, spanId] = note.kind === "shared" ? note.traceparent.split("-") : [];
      return traceId === undefined || spanId === undefined ? [] : [{ traceId, spanId, relation: "shared" }];
    }),
    children: apart(hedges),
  };
}

export function modelSpan(step: StepTiming): SpanPlan {
  const { parts, startMs, durationMs } = step;
  const part = (name: string, from: number, length: number): SpanPlan => {
    const { startUs, endUs } = interval({ startMs: from, durationMs: length });
    return plain(name, startUs, endUs, {});
  };
  const adaptMs = parts?.adaptMs ?? 0;
  const span = stepSpan(`model ${step.name}`, "INTERNAL", step);
  return {
    ...span,
    spanId: step.spanId,
    attributes: { ...span.attributes, "verdict.model.status": step.status },
    children:
      parts === undefined
        ? []
        : apart([part("adapt", startMs, adaptMs), part("infer", startMs + adaptMs, durationMs - adaptMs)]),
  };
}

/** One span for derived features that were computed one right after the other. */
export function deriveSpan(steps: readonly StepTiming[]): SpanPlan {
  const intervals = steps.map(interval);
  const startUs = Math.min(...intervals.map((each) => each.startUs));
  const endUs = Math.max(...intervals.map((each) => each.endUs));
  const sum = (of: (step: StepTiming) => number) => steps.reduce((total, step) => total + of(step), 0);
  return {
    ...plain("derive", startUs, endUs, {
      "verdict.steps": steps.length,
      "verdict.derived": steps.map(({ name }) => name).join(", "),
      "verdict.contribution_ms": sum(({ contributionMs }) => contributionMs),
      "verdict.critical": steps.some(({ critical }) => critical),
    }),
    events: steps.flatMap(endEvents),
  };
}

/** A span with nothing special about it. */
export function plain(name: string, startUs: number, endUs: number, attributes: SpanAttributes): SpanPlan {
  return { name, kind: "INTERNAL", startUs, endUs, failed: false, attributes, children: [] };
}

function latency(prefix: string, { contributionMs, savingMs, slackMs, soleMs, critical }: StepTiming): SpanAttributes {
  return {
    [`${prefix}contribution_ms`]: contributionMs,
    [`${prefix}saving_ms`]: savingMs,
    [`${prefix}slack_ms`]: slackMs,
    [`${prefix}sole_ms`]: soleMs,
    [`${prefix}critical`]: critical,
  };
}

/** What happened when a step ended. Names of features come from documents, as those of steps do. */
function endEvents(step: StepTiming): SpanEvent[] {
  const atUs = interval(step).endUs;
  return [
    ...(step.status === "TIMEOUT" ? [{ name: "timeout", atUs }] : []),
    ...step.standIns.map((feature) => ({ name: "fallback", atUs, attributes: { "verdict.feature": feature } })),
  ];
}

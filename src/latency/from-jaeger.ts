import type { Completeness } from "../domain/decision.ts";
import type { SourceStatus } from "../domain/source.ts";
import type { TimedDecision, TimedStep } from "../domain/timed-decision.ts";
import { inOrder } from "./in-order.ts";

/** A trace as Jaeger's HTTP API gives it: `data[…]` of `GET /api/traces`. Times in microseconds. */
export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
}

interface JaegerSpan {
  readonly spanID: string;
  readonly operationName: string;
  readonly references?: readonly { readonly refType: string; readonly spanID: string }[];
  /** Since the Unix epoch. */
  readonly startTime: number;
  readonly duration: number;
  readonly tags?: readonly { readonly key: string; readonly value: unknown }[];
}

/**
 * The decisions of a trace, from its spans and what they say of each other (`verdict.waits_for`, `verdict.behind`). Derived
 * features have no spans: their time counts for what waited for them.
 */
export function decisionsIn({ traceID, spans }: JaegerTrace): TimedDecision[] {
  const childrenOf = Map.groupBy(spans, (span) => parentOf(span));
  const below = ({ spanID }: JaegerSpan): JaegerSpan[] =>
    (childrenOf.get(spanID) ?? []).flatMap((child) => [child, ...below(child)]);
  return spans.flatMap((root) => {
    const tag = tagsOf(root);
    const decisionId = tag("verdict.decision_id");
    if (decisionId === "") return [];
    return [
      inOrder({
        policy: tag("verdict.policy"),
        decisionId,
        traceId: traceID,
        arrivedAtMs: root.startTime / 1000,
        elapsedUs: root.duration,
        outcome: tag("verdict.outcome"),
        completeness: tag("verdict.completeness") as Completeness,
        steps: stepsOf(below(root), root.startTime),
      }),
    ];
  });
}

/** A span that is a step of a decision, with the names of those it began after. */
interface StepSpan {
  readonly step: TimedStep;
  readonly waitsFor: readonly string[];
  readonly behind: readonly string[];
}

function stepsOf(spans: readonly JaegerSpan[], arrivedUs: number): TimedStep[] {
  const found = new Map<string, StepSpan>();
  for (const span of spans.toSorted((left, right) => left.startTime - right.startTime)) {
    const made = stepOf(span, arrivedUs);
    if (made !== undefined) found.set(span.operationName, made);
  }
  const named = new Set([...found.values()].flatMap(({ waitsFor, behind }) => [...waitsFor, ...behind]));
  const steps: TimedStep[] = [];
  const position = new Map<string, number>();
  const place = (name: string, { step, waitsFor, behind }: StepSpan, trail: ReadonlySet<string>) => {
    const reached = (names: readonly string[]) =>
      names.flatMap((other) => {
        const span = found.get(other);
        if (span !== undefined && !position.has(other) && !trail.has(other))
          place(other, span, new Set([...trail, other]));
        return position.get(other) ?? [];
      });
    const begun = { waitsFor: reached(waitsFor), behind: reached(behind) };
    if (position.has(name)) return;
    const ran = step.status !== "NOT_AWAITED" && step.status !== "SKIPPED";
    // Whatever another began after was awaited, whatever became of it.
    position.set(name, steps.push({ ...step, awaited: ran || named.has(name), ...begun }) - 1);
  };
  for (const [name, span] of found) place(name, span, new Set([name]));
  return steps;
}

/** @returns undefined for a span that is no step but a part of one, or a group of them. No name has a comma. */
function stepOf(span: JaegerSpan, arrivedUs: number): StepSpan | undefined {
  const { operationName, startTime, duration } = span;
  const match = /^(?:(source|model) ([^,]+)|(gate|record)|(rules) .+)$/.exec(operationName);
  if (match === null) return undefined;
  const kind = (match[1] ?? match[3] ?? match[4]) as TimedStep["kind"];
  const tag = tagsOf(span);
  const told = tag(`verdict.${kind}.status`);
  const status = (told === "" ? (tag("error") === "true" ? "ERROR" : "OK") : told) as SourceStatus;
  const list = (key: string) =>
    tag(key)
      .split(", ")
      .filter((name) => name !== "");
  return {
    step: { name: match[2] ?? kind, kind, status, startUs: startTime - arrivedUs, durationUs: duration },
    waitsFor: list("verdict.waits_for"),
    behind: list("verdict.behind"),
  };
}

function parentOf({ references = [] }: JaegerSpan): string | undefined {
  return references.find(({ refType }) => refType === "CHILD_OF")?.spanID;
}

/** A tag's value as text; empty if it has none. */
function tagsOf({ tags = [] }: JaegerSpan): (key: string) => string {
  const values = new Map(tags.map(({ key, value }) => [key, String(value)]));
  return (key) => values.get(key) ?? "";
}

import type { Event, SourceKey } from "../../domain/event.ts";
import type { SourceStatus } from "../../domain/source.ts";
import type { NodeAnswer, PlanNode } from "../../features/plan.ts";
import { percent } from "../demo/format.ts";
import { latency } from "./format.ts";
import { outgoing } from "./gather.ts";
import { type Load, press } from "./load.ts";
import { type BenchReport, type LatencyReport, Measured } from "./measured.ts";

interface BenchParts {
  /** The fetch; its inputs are the key. */
  readonly node: PlanNode;
  readonly keys: readonly SourceKey[];
  readonly event: Event;
  readonly load: Load;
  readonly seconds: number;
  /** How long a fetch is waited for: longer than decisions would, to see by how much it is late. */
  readonly timeoutMs: number;
  /** The source's own, of the catalogue. */
  readonly ownTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (asked: number) => void;
}

/**
 * Fetches again and again, one key after the other, and measures.
 * @throws if the first fetch fails: there is nothing to measure.
 */
export async function benchSource(parts: BenchParts): Promise<BenchReport> {
  const { node, keys, load, ownTimeoutMs } = parts;
  const { traceparent } = outgoing();
  const fetch = (key: SourceKey) => fetchOnce(parts, key, traceparent);
  const before = performance.now();
  const first = await fetch(keys[0]!);
  const firstMs = performance.now() - before;
  if (first.status === "ERROR" || first.status === "TIMEOUT") {
    const why = first.error instanceof Error ? first.error.message : `no answer within ${parts.timeoutMs} ms`;
    throw new Error(`${node.name} cannot be measured: ${why}`);
  }
  const measured = new Measured();
  const startMs = performance.now();
  const lateMs = await press(async (number, fromMs) => {
    const { status, error } = await fetch(keys[number % keys.length]!);
    measured.add(status, performance.now() - fromMs, error);
  }, parts);
  const seconds = (performance.now() - startMs) / 1000;
  const { statuses, errors, latencyMs } = measured;
  const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const overTimeout = measured.shareOver(ownTimeoutMs);
  const advice = [
    ...(latencyMs === undefined ? [] : [timeoutAdvice(ownTimeoutMs, latencyMs, overTimeout)]),
    ...(statuses.NOT_FOUND === requests ? ["there is nothing of these keys: what is there may take longer"] : []),
    ...(lateMs > Math.max(10, latencyMs?.p50 ?? 0)
      ? [`this process asked up to ${latency(lateMs)} ms late: its own load is in these times; ask less`]
      : []),
    ...("concurrency" in load
      ? ["a slow answer also held up the question after it: --rate shows what a steady stream of decisions meets"]
      : []),
  ];
  return {
    source: node.name,
    kind: node.sourceKind!,
    load,
    keys: keys.length,
    firstMs,
    seconds,
    requests,
    perSecond: requests / seconds,
    statuses,
    ...(latencyMs && { latencyMs }),
    timeoutMs: ownTimeoutMs,
    overTimeout,
    errors,
    advice,
  };
}

function timeoutAdvice(timeoutMs: number, { p99 }: LatencyReport, over: number): string {
  const place = p99 > timeoutMs ? "under" : "over";
  return `timeoutMs ${timeoutMs} is ${place} the p99 of ${latency(p99)} ms: ${percent(over, 1)} of fetches would time out`;
}

interface Ended {
  readonly status: SourceStatus;
  readonly error?: unknown;
}

/** Never rejects, and ends in time whatever the source does. */
async function fetchOnce({ node, event, timeoutMs }: BenchParts, key: SourceKey, traceparent: string): Promise<Ended> {
  const controller = new AbortController();
  const { signal } = controller;
  const deadlineMs = performance.now() + timeoutMs;
  let answer: NodeAnswer | Promise<NodeAnswer>;
  try {
    answer = node.run(key, { event, include: false, signal, deadlineMs, traceparent });
  } catch (error) {
    return { status: "ERROR", error };
  }
  if (!(answer instanceof Promise)) return answer;
  const { promise: timeout, resolve } = Promise.withResolvers<Ended>();
  const timer = setTimeout(() => {
    resolve({ status: "TIMEOUT" });
    controller.abort();
  }, timeoutMs);
  const ended = answer.catch((error: unknown): Ended => ({ status: "ERROR", error }));
  const first = await Promise.race([ended, timeout]);
  clearTimeout(timer);
  return first;
}

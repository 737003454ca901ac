import type { TimedDecision } from "../domain/timed-decision.ts";
import { decisionsIn, type JaegerTrace } from "../latency/from-jaeger.ts";

export interface JaegerQuery {
  /** Where Jaeger's page is, such as `http://127.0.0.1:16686`. */
  readonly url: string;
  readonly service: string;
  /** Only of this policy. */
  readonly policy: string | undefined;
  readonly sinceMs: number;
  /** Of traces. */
  readonly limit: number;
}

/** As long as a store that searches may take. */
const timeoutMs = 60_000;

/**
 * Asks Jaeger for decisions, through the HTTP API that its own page uses.
 * @throws {Error} saying what to do if it cannot be reached or refuses.
 */
export async function decisionsFromJaeger(
  query: JaegerQuery,
): Promise<{ readonly decisions: readonly TimedDecision[]; readonly traces: number }> {
  const nowMs = Date.now();
  const parameters = new URLSearchParams({
    service: query.service,
    operation: "verdict.v1.DecisionService/Decide",
    start: String((nowMs - query.sinceMs) * 1000),
    end: String(nowMs * 1000),
    limit: String(query.limit),
    ...(query.policy === undefined ? {} : { tags: JSON.stringify({ "verdict.policy": query.policy }) }),
  });
  const url = `${query.url.replace(/\/+$/, "")}/api/traces?${parameters}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Error(`Jaeger cannot be asked at ${query.url} (${why}): give the address of its page with --jaeger`);
  });
  const text = await response.text();
  const traces = response.ok ? tracesIn(text) : undefined;
  if (traces === undefined)
    throw new Error(
      `${query.url} does not answer as Jaeger does (status ${response.status}: ${text.slice(0, 200).trim()}): give the address of its page with --jaeger`,
    );
  return { decisions: traces.flatMap(decisionsIn), traces: traces.length };
}

function tracesIn(text: string): readonly JaegerTrace[] | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: readonly JaegerTrace[] | null };
    return data === null ? [] : Array.isArray(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

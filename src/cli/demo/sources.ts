import type { Source__Output } from "../../server/generated/verdict/v1/Source.ts";
import type { Decision } from "./decider.ts";
import { type Quantiles, quantiles } from "./quantiles.ts";

/** One source over all decisions that asked it. */
export interface SourceRow {
  readonly name: string;
  readonly kind: string;
  readonly statuses: Readonly<Record<string, number>>;
  readonly durationMs: Quantiles;
  /** Its time on the critical path of a decision. */
  readonly contributionMs: Quantiles;
  /** Of the engine's time over all decisions. */
  readonly share: number;
}

export interface SourceReport {
  /** The source that held decisions up most comes first. */
  readonly rows: readonly SourceRow[];
  /** The share of the engine's time that no source accounts for: gate, derived features, models and rules. */
  readonly rest: number;
}

export function sourceReport(decisions: readonly Decision[]): SourceReport {
  const elapsedMs = decisions.reduce((sum, { response }) => sum + response.elapsed_ms, 0);
  const asked = decisions.flatMap(({ response }) => response.sources);
  const rows = [...Map.groupBy(asked, ({ name }) => name).values()]
    .map((alike) => row(alike, elapsedMs))
    .sort((left, right) => right.share - left.share || (left.name < right.name ? -1 : 1));
  // Rounding in the sums must not show as a negative rest.
  const rest = rows.reduce((left, { share }) => left - share, elapsedMs > 0 ? 1 : 0);
  return { rows, rest: Math.max(0, rest) };
}

function row(alike: readonly Source__Output[], elapsedMs: number): SourceRow {
  const contributions = alike.map(({ contribution_ms }) => contribution_ms);
  const total = contributions.reduce((sum, contribution) => sum + contribution, 0);
  return {
    name: alike[0]!.name,
    kind: alike[0]!.kind,
    statuses: Object.fromEntries(
      [...Map.groupBy(alike, ({ status }) => status)].map(([status, same]) => [status, same.length]),
    ),
    durationMs: quantiles(alike.filter(wasAwaited).map(({ duration_ms }) => duration_ms)),
    contributionMs: quantiles(contributions),
    share: elapsedMs > 0 ? total / elapsedMs : 0,
  };
}

/** A fetch that never began, or whose end nobody saw, would only make the source look faster than it is. */
function wasAwaited({ status }: Source__Output): boolean {
  return status !== "SKIPPED" && status !== "NOT_AWAITED";
}

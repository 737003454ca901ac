import type { SourceStatus } from "../../domain/source.ts";
import type { Load } from "./load.ts";

/** Milliseconds, nearest rank. */
export interface LatencyReport {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a bench found. */
export interface BenchReport {
  readonly source: string;
  readonly kind: string;
  readonly load: Load;
  readonly keys: number;
  /** Of the first fetch, which connects; not among the others. */
  readonly firstMs: number;
  readonly seconds: number;
  readonly requests: number;
  readonly perSecond: number;
  readonly statuses: Readonly<Partial<Record<SourceStatus, number>>>;
  /** Of all that did not fail, those that timed out included. */
  readonly latencyMs?: LatencyReport;
  readonly timeoutMs: number;
  /** The share of those that took longer than `timeoutMs`, from 0 to 1. */
  readonly overTimeout: number;
  /** What went wrong, most frequent first. */
  readonly errors: readonly { readonly message: string; readonly count: number }[];
  readonly advice: readonly string[];
}

/** Messages kept apart; what is more counts as the last one. */
const messagesMax = 20;

/** Takes note of fetches as they end. */
export class Measured {
  readonly #latencies: number[] = [];
  readonly #statuses: Partial<Record<SourceStatus, number>> = {};
  readonly #errors = new Map<string, number>();

  add(status: SourceStatus, ms: number, error?: unknown): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    // What fails at once would make a source look fast.
    if (status !== "ERROR") this.#latencies.push(ms);
    if (error === undefined) return;
    const message = error instanceof Error ? error.message : String(error);
    const known = this.#errors.has(message) || this.#errors.size < messagesMax ? message : "other errors";
    this.#errors.set(known, (this.#errors.get(known) ?? 0) + 1);
  }

  get statuses(): BenchReport["statuses"] {
    return this.#statuses;
  }

  get errors(): BenchReport["errors"] {
    return [...this.#errors]
      .map(([message, count]) => ({ message, count }))
      .sort((left, right) => right.count - left.count);
  }

  /** Undefined if nothing but errors came. */
  get latencyMs(): LatencyReport | undefined {
    const sorted = Float64Array.from(this.#latencies).sort();
    if (sorted.length === 0) return undefined;
    const at = (perMille: number) => sorted[Math.ceil((perMille * sorted.length) / 1000) - 1]!;
    return { p50: at(500), p90: at(900), p99: at(990), p999: at(999), max: at(1000) };
  }

  /** The share of fetches that took longer. */
  shareOver(ms: number): number {
    const over = this.#latencies.reduce((count, each) => count + (each > ms ? 1 : 0), 0);
    return this.#latencies.length === 0 ? 0 : over / this.#latencies.length;
  }
}

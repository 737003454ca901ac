import type { Failure } from "../../client/service-error.ts";
import type { Simulation } from "../../simulate/simulate.ts";
import type { Driven } from "./drive.ts";
import type { Explained } from "./explained.ts";
import type { Fed } from "./feed.ts";
import { policy } from "./messages.ts";
import { type Detection, detection, type OutcomeRow, outcomeRows } from "./outcomes.ts";
import { type Quantiles, quantiles } from "./quantiles.ts";
import { type RuleRow, ruleRows } from "./rules.ts";
import { type SourceReport, sourceReport } from "./sources.ts";

/** A stream, or several of them, that was fed. */
interface Stream {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly perSecond: number;
}

/** What ran. */
interface Run {
  readonly policy: string;
  readonly seed: number;
  readonly transactions: number;
  readonly customers: number;
  readonly terminals: number;
  readonly days: number;
  /** The first day, ISO 8601. */
  readonly from: string;
  readonly decideDays: number;
  readonly concurrency: number;
  /** Dry runs before the clock started. */
  readonly warmUp: number;
}

/** The calls that failed alike. */
interface FailureRow extends Failure {
  readonly count: number;
}

/** Everything that the demo reports; `--json` prints it as it is. */
export interface DemoReport {
  readonly run: Run;
  readonly events: Stream;
  readonly labels: Stream;
  readonly decisions: number;
  /** The time between the days, when labels are reported, is not counted. */
  readonly decisionsPerSecond: number;
  readonly policyDigest: string;
  readonly latencyMs: Quantiles;
  /** The engine's own time, without gRPC and the wait for it. */
  readonly engineMs: Quantiles;
  readonly outcomes: readonly OutcomeRow[];
  readonly detection: Detection;
  readonly rules: readonly RuleRow[];
  readonly sources: SourceReport;
  readonly completeness: Readonly<Record<string, number>>;
  readonly settledEarly: number;
  readonly failures: readonly FailureRow[];
  readonly explained: Explained | null;
}

/** What a report is made of. */
export interface Findings {
  readonly options: { readonly decideDays: number; readonly concurrency: number };
  readonly simulation: Omit<Simulation, "transactions" | "side">;
  /** How many there were. */
  readonly transactions: number;
  readonly driven: Driven;
  readonly explanation: Explained | null;
}

/** Pure: the same findings give the same report. */
export function report({ options, simulation, transactions, driven, explanation }: Findings): DemoReport {
  const decisions = driven.days.flatMap((day) => day.decisions);
  const seconds = driven.days.reduce((sum, day) => sum + day.seconds, 0);
  const { seed, customers, terminals, days, startMs } = simulation;
  const { decideDays, concurrency } = options;
  const from = new Date(startMs).toISOString();
  const warmUp = driven.warmUp.reduce((sum, { decisions }) => sum + decisions.length, 0);
  return {
    run: { policy, seed, transactions, customers, terminals, days, from, decideDays, concurrency, warmUp },
    events: stream(driven.events),
    labels: stream(driven.labels),
    decisions: decisions.length,
    decisionsPerSecond: rate(decisions.length, seconds),
    policyDigest: decisions[0]?.response.policy?.digest ?? "",
    latencyMs: quantiles(decisions.map(({ latencyMs }) => latencyMs)),
    engineMs: quantiles(decisions.map(({ response }) => response.elapsed_ms)),
    outcomes: outcomeRows(decisions),
    detection: detection(decisions),
    rules: ruleRows(decisions),
    sources: sourceReport(decisions),
    completeness: countBy(decisions, ({ response }) => response.completeness),
    settledEarly: decisions.filter(({ response }) => response.settled_early).length,
    failures: failureRows(driven.failures),
    explained: explanation,
  };
}

function stream(fed: readonly Fed[]): Stream {
  const sum = (of: (each: Fed) => number): number => fed.reduce((total, each) => total + of(each), 0);
  const [accepted, duplicates, rejected] = [
    sum((each) => each.accepted),
    sum((each) => each.duplicates),
    sum((each) => each.rejected),
  ];
  const perSecond = rate(
    accepted + duplicates + rejected,
    sum((each) => each.seconds),
  );
  return { accepted, duplicates, rejected, perSecond };
}

function rate(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}

function failureRows(failures: readonly Failure[]): readonly FailureRow[] {
  const alike = Map.groupBy(failures, ({ code, reason, message }) => JSON.stringify([code, reason, message]));
  return [...alike.values()]
    .map((same) => ({ ...same[0]!, count: same.length }))
    .sort((left, right) => right.count - left.count);
}

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(items, name)].map(([key, same]) => [key, same.length]));
}

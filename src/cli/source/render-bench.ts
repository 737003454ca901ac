import { count, percent } from "../demo/format.ts";
import { latency } from "./format.ts";
import type { BenchReport } from "./measured.ts";

/** A bench for a person at a terminal. */
export function renderBench(report: BenchReport): string {
  const { source, kind, load, keys, seconds, requests, perSecond, statuses, latencyMs, firstMs, errors } = report;
  const how = "ratePerS" in load ? `at ${load.ratePerS}/s` : `${load.concurrency} at a time`;
  const ends = Object.entries(statuses).map(
    ([status, times]) => `${status.toLowerCase()} ${count(times)} (${percent(times, requests)})`,
  );
  const lines = [
    `${source} (${kind}): ${count(requests)} fetches ${how}, ${keys === 1 ? "1 key" : `${count(keys)} keys`}`,
    `  answers      ${ends.join(", ") || "none"}`,
    `  throughput   ${count(perSecond)}/s over ${seconds.toFixed(1)} s`,
    `  first        ${latency(firstMs)} ms, connecting included, not among the rest`,
    ...(latencyMs === undefined ? [] : [`  latency ms   ${latencyText(latencyMs)}`]),
    ...errors.map(({ message, count: times }) => `  ${count(times)} ×  ${message}`),
    ...report.advice.map((each) => `  ${each}`),
  ];
  return `${lines.join("\n")}\n`;
}

function latencyText({ p50, p90, p99, p999, max }: NonNullable<BenchReport["latencyMs"]>): string {
  const shown = { p50, p90, p99, "p99.9": p999, max };
  return Object.entries(shown)
    .map(([name, ms]) => `${name} ${latency(ms)}`)
    .join("   ");
}

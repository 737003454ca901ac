import { styleText } from "node:util";
import { latency } from "./format.ts";
import { type AnswerReport, type FeatureReport, isGood, type SourceReport } from "./report.ts";

/** The reports for a person at a terminal: a line a source, below it what is to be said of it. */
export function renderReports(reports: readonly SourceReport[], hasSample: boolean): string {
  if (reports.length === 0) return "nothing lies outside the engine: the catalogue has no sources\n";
  const heading = ["", "source", "kind", "first ms", "then ms", "where"];
  const rows = reports.map((report) => [
    word(report),
    report.name,
    report.kind,
    report.firstMs === undefined ? "" : latency(report.firstMs),
    report.thenMs === undefined ? "" : latency(report.thenMs),
    report.place ?? "",
  ]);
  const widths = heading.map((_, at) => Math.max(...[heading, ...rows].map((row) => row[at]!.length)));
  const indent = " ".repeat(widths[0]! + 2);
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (rightAligned.has(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join("  ")
      .trimEnd();
  const blocks = reports.map((report, at) => {
    const text = line(rows[at]!);
    const state = word(report);
    return [
      `${coloured(state)}${text.slice(state.length)}`,
      ...notes(told(report, reports)).map((note) => `${indent}${note}`),
    ];
  });
  const good = reports.filter(isGood).length;
  const hint = hasSample ? "" : "; with --key FEATURE=VALUE or --event FILE they are also asked for features";
  const end = `${good} of ${reports.length} can be asked${hint}`;
  return `${[line(heading), ...blocks.flat(), "", end].join("\n")}\n`;
}

const rightAligned: ReadonlySet<number> = new Set([3, 4]);

type Word = "ok" | "warn" | "FAILED";

function word(report: SourceReport): Word {
  if (!isGood(report)) return "FAILED";
  return report.warnings.length > 0 || hasFlaw(report) ? "warn" : "ok";
}

/** An answer that is less than it should be. One that was not asked for is none. */
function hasFlaw({ answer }: SourceReport): boolean {
  return answer?.why !== undefined && answer.status !== "SKIPPED";
}

function coloured(state: Word): string {
  return styleText({ ok: "green", warn: "yellow", FAILED: "red" }[state] as "green", state, { stream: process.stdout });
}

/** What there is to say of the store of aggregates is said once. */
function told(report: SourceReport, all: readonly SourceReport[]): SourceReport {
  if (report.kind !== "aggregate" || !all.some(({ kind }) => kind === "store")) return report;
  const { detail: _, ...rest } = report;
  return rest;
}

function notes({ detail, problem, warnings, answer }: SourceReport): string[] {
  return [
    ...(detail === undefined ? [] : [detail]),
    ...(problem === undefined ? [] : [problem]),
    ...warnings,
    ...(answer === undefined ? [] : answerNotes(answer)),
  ];
}

function answerNotes({ status, why, features }: AnswerReport): string[] {
  if (status === "SKIPPED") return [`not asked: ${why}`];
  const width = Math.max(...features.map(({ name }) => name.length));
  const types = Math.max(...features.map(({ type }) => type.length));
  const said = status === "NOT_FOUND" ? ["there is nothing of this key"] : why === undefined ? [] : [why];
  return [...said, ...features.map((each) => `${each.name.padEnd(width)}  ${each.type.padEnd(types)}  ${shown(each)}`)];
}

function shown({ state, value }: FeatureReport): string {
  if (state === "present") return JSON.stringify(value);
  return value === undefined ? `missing (${state})` : `missing (${state}), ${JSON.stringify(value)} stands in`;
}

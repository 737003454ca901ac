import { count, milliseconds, money, percent } from "./format.ts";
import type { Tally } from "./outcomes.ts";
import type { Quantiles } from "./quantiles.ts";
import { renderExplained } from "./render-explained.ts";
import type { DemoReport } from "./report.ts";
import type { SourceRow } from "./sources.ts";
import { table } from "./table.ts";

const rulesShown = 12;

/** The report as plain text, at most 100 columns as long as names are of ordinary length. */
export function render(report: DemoReport): string {
  const sections = [
    ran(report),
    latency(report),
    outcomes(report),
    caught(report),
    rules(report),
    sources(report),
    completeness(report),
    ...(report.explained ? [renderExplained(report.explained)] : []),
    ...(report.failures.length > 0 ? [failures(report)] : []),
  ];
  return `\n${sections.join("\n\n")}\n`;
}

function ran({ run, events, labels, decisions, decisionsPerSecond, policyDigest }: DemoReport): string {
  const fed = (each: DemoReport["events"]): string => {
    const odd = [
      ...(each.duplicates > 0 ? [`${count(each.duplicates)} duplicates`] : []),
      ...(each.rejected > 0 ? [`${count(each.rejected)} rejected`] : []),
    ];
    return `${count(each.perSecond)}/s${odd.map((text) => `, ${text}`).join("")}`;
  };
  return [
    `Verdict demo: policy ${run.policy}${policyDigest && ` (bundle ${policyDigest.slice(0, 12)})`}`,
    "",
    `  ${count(run.transactions)} simulated card transactions of ${count(run.customers)} customers at ` +
      `${count(run.terminals)} terminals, seed ${run.seed}`,
    `  ${run.days} days from ${run.from.slice(0, 10)}; the last ${run.decideDays} were decided`,
    "",
    `  ${count(events.accepted).padStart(9)} recorded as history (${fed(events)})`,
    `  ${count(labels.accepted).padStart(9)} labelled once a week old (${fed(labels)})`,
    `  ${count(decisions).padStart(9)} decided over gRPC (${count(decisionsPerSecond)}/s with ${run.concurrency} in flight, ` +
      `after ${count(run.warmUp)} unmeasured dry runs)`,
  ].join("\n");
}

function latency({ latencyMs, engineMs }: DemoReport): string {
  const row = (name: string, { p50, p95, p99, max }: Quantiles): string[] => [
    name,
    ...[p50, p95, p99, max].map(milliseconds),
  ];
  return table(
    [
      ["Latency, ms", "left"],
      ["p50", "right"],
      ["p95", "right"],
      ["p99", "right"],
      ["max", "right"],
    ],
    [row("seen by the client", latencyMs), row("inside the engine", engineMs)],
  );
}

function outcomes(report: DemoReport): string {
  const { fraud, legitimate } = report.detection;
  return table(
    [
      ["Outcome", "left"],
      ["fraud", "right"],
      ["of fraud", "right"],
      ["legitimate", "right"],
      ["of legitimate", "right"],
      ["all", "right"],
      ["of all", "right"],
    ],
    report.outcomes.map((row) => {
      const all = row.fraud.count + row.legitimate.count;
      return [
        row.outcome,
        ...[count(row.fraud.count), percent(row.fraud.count, fraud.count)],
        ...[count(row.legitimate.count), percent(row.legitimate.count, legitimate.count)],
        ...[count(all), percent(all, report.decisions)],
      ];
    }),
  );
}

function caught({ detection }: DemoReport): string {
  const { fraud, legitimate, falsePositives } = detection;
  const row = (name: string, part: Tally, whole: Tally): string[] => [
    name,
    ...[`${count(part.count)} of ${count(whole.count)}`, percent(part.count, whole.count)],
    ...[`${money(part.amount)} of ${money(whole.amount)}`, percent(part.amount, whole.amount)],
  ];
  return table(
    [
      ["Caught", "left"],
      ["by count", "right"],
      ["", "right"],
      ["by amount", "right"],
      ["", "right"],
    ],
    [
      row("fraud declined", detection.declined, fraud),
      row("fraud reviewed", detection.reviewed, fraud),
      row("fraud declined or reviewed", detection.declinedOrReviewed, fraud),
      row("false positives (legitimate)", falsePositives, legitimate),
    ],
  );
}

function rules(report: DemoReport): string {
  if (report.rules.length === 0) return "  No rule fired.";
  const shown = report.rules.slice(0, rulesShown);
  const left = report.rules.length - shown.length;
  return table(
    [
      [left > 0 ? `Rule (${left} more fired less often)` : "Rule", "left"],
      ["asks for", "left"],
      ["mode", "left"],
      ["fired", "right"],
      ["on fraud", "right"],
      ["precision", "right"],
    ],
    shown.map((row) => [
      row.name,
      row.outcome,
      row.mode,
      ...[count(row.fired), count(row.fraud), percent(row.fraud, row.fired)],
    ]),
  );
}

function sources(report: DemoReport): string {
  const { rows, rest } = report.sources;
  const made = table(
    [
      ["Source, ms", "left"],
      ["kind", "left"],
      ["p50", "right"],
      ["p99", "right"],
      ["contribution p50", "right"],
      ["p99", "right"],
      ["of engine time", "right"],
    ],
    [
      ...rows.map((row) => [
        ...[row.name, row.kind],
        ...[row.durationMs.p50, row.durationMs.p99, row.contributionMs.p50, row.contributionMs.p99].map(milliseconds),
        percent(row.share, 1),
      ]),
      ["gate, models, rules, rest", "", "", "", "", "", percent(rest, 1)],
    ],
  );
  return [made, ...rows.flatMap(statuses)].join("\n");
}

/** Nothing while all is well. */
function statuses({ name, statuses }: SourceRow): readonly string[] {
  const entries = Object.entries(statuses);
  if (entries.every(([status]) => status === "OK")) return [];
  return [`  ${name}: ${entries.map(([status, number]) => `${status} ${count(number)}`).join(", ")}`];
}

function completeness(report: DemoReport): string {
  const kinds = Object.entries(report.completeness).map(([name, number]) => `${name} ${count(number)}`);
  return `Completeness  ${[...kinds, `settled early ${count(report.settledEarly)}`].join(", ")}`;
}

function failures(report: DemoReport): string {
  const total = report.failures.reduce((sum, row) => sum + row.count, 0);
  return [
    `${count(total)} ${total === 1 ? "call" : "calls"} failed`,
    "",
    ...report.failures.map(
      (row) => `  ${count(row.count)} × ${[row.code, row.reason, row.message].filter(Boolean).join(" ")}`,
    ),
  ].join("\n");
}

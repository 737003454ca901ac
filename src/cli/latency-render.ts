import type { LatencyReport, PolicyReport, Quantiles, StepReport } from "../latency/report.ts";
import type { Scenario } from "../latency/what-if.ts";
import { count, milliseconds, percent } from "./demo/format.ts";
import { table } from "./demo/table.ts";

/** So many steps are shown of each policy, of those that take a thousandth of its time; the others are summed up. */
const stepsShown = 15;
const leastShown = 0.001;

/** The report as plain text, at most 100 columns wide as long as names are of ordinary length. */
export function renderLatency(report: LatencyReport): string {
  const conclusions = report.policies.map((policy) => conclusion(policy, report.policies.length > 1));
  return `${[conclusions.join("\n"), ...report.policies.map((policy) => section(policy, report.cacheHit))].join("\n\n")}\n`;
}

/** What to do about it, in a line or two. */
function conclusion({ policy, steps, p99Ms }: PolicyReport, several: boolean): string {
  const [worst] = steps;
  const prefix = several ? `${policy}: ` : "";
  if (worst === undefined) return `${prefix}nothing ran in these decisions.`;
  const instantMs = (step: StepReport) => step.whatIf.instant?.p99Ms ?? p99Ms;
  const best = steps.reduce((least, step) => (instantMs(step) < instantMs(least) ? step : least), worst);
  const says = `${prefix}${subject(worst)} holds decisions up most: ${share(worst.contributionShare)} of all time`;
  const would =
    instantMs(worst) < p99Ms
      ? `were it instant, p99 would fall from ${ms(p99Ms)} to ${ms(instantMs(worst))}`
      : `were it instant, p99 would stay at ${ms(p99Ms)}`;
  // Only what is worth telling: a hundredth of the whole.
  const more =
    instantMs(worst) - instantMs(best) > p99Ms / 100
      ? `; were ${subject(best)} instant, to ${ms(instantMs(best))}`
      : "";
  return `${says}; ${would}${more}.`;
}

function section(report: PolicyReport, cacheHit: number): string {
  const { policy, decisions, first, last, p50Ms, p99Ms, steps } = report;
  const when = first === last ? first : `${first} to ${last}`;
  const head = `${policy}: ${count(decisions)} ${decisions === 1 ? "decision" : "decisions"}, ${when}; p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`;
  const most = Math.max(3, steps.filter(({ contributionShare }) => contributionShare >= leastShown).length);
  const shown = steps.slice(0, Math.min(most, stepsShown));
  return [
    head,
    "",
    whereItGoes(shown),
    ...others(steps.slice(shown.length)),
    "",
    whatWouldHelp(shown, report, cacheHit),
  ].join("\n");
}

function whereItGoes(steps: readonly StepReport[]): string {
  return table(
    [
      ["Where the time goes", "left"],
      ["of all time", "right"],
      ["", "left"],
      ["alone", "right"],
      ["critical in", "right"],
      ["runs", "right"],
      ["p50 ms", "right"],
      ["p99 ms", "right"],
    ],
    steps.map((step) => [
      label(step),
      share(step.contributionShare),
      bar(step.contributionShare),
      share(step.soleShare),
      share(step.criticalShare),
      count(step.runs),
      milliseconds(step.p50Ms),
      milliseconds(step.p99Ms),
    ]),
  );
}

function others(steps: readonly StepReport[]): string[] {
  if (steps.length === 0) return [];
  const rest = steps.reduce((sum, { contributionShare }) => sum + contributionShare, 0);
  const more = steps.length === 1 ? "1 more step" : `${count(steps.length)} more steps`;
  return [`  and ${more} with ${share(rest)} of all time (--json lists all)`];
}

function whatWouldHelp(steps: readonly StepReport[], { p50Ms, p99Ms }: PolicyReport, cacheHit: number): string {
  const both = (found: Quantiles) => `${milliseconds(found.p50Ms)} / ${milliseconds(found.p99Ms)}`;
  const now = both({ p50Ms, p99Ms });
  const cell = ({ whatIf }: StepReport, scenario: Scenario) => {
    const found = whatIf[scenario];
    if (found === undefined) return "–";
    return both(found) === now ? "same" : both(found);
  };
  return table(
    [
      ["Decisions' p50 / p99 ms were it", "left"],
      ["instant", "right"],
      ["twice as fast", "right"],
      [`cached, ${share(cacheHit)} hits`, "right"],
      ["dropped", "right"],
    ],
    [
      ["(as it is)", now, "", "", ""],
      ...steps.map((step) => [
        label(step),
        cell(step, "instant"),
        cell(step, "twiceAsFast"),
        cell(step, "cached"),
        cell(step, "dropped"),
      ]),
    ],
  );
}

const subjects: Readonly<Partial<Record<StepReport["kind"], string>>> = {
  gate: "the gate",
  rules: "evaluating the rules",
  record: "counting the event",
};

function subject({ kind, name }: StepReport): string {
  return subjects[kind] ?? (kind === "source" ? name : `${kind} ${name}`);
}

function label({ kind, name }: StepReport): string {
  return kind === name ? name : `${kind} ${name}`;
}

/** A tenth of the whole is a character long, to an eighth of one. */
function bar(part: number): string {
  const eighths = Math.round(part * 80);
  return "█".repeat(Math.floor(eighths / 8)) + ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]!;
}

function share(part: number): string {
  return percent(part, 1);
}

function ms(value: number): string {
  return `${milliseconds(value)} ms`;
}

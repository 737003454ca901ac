import type { Json } from "../../domain/event.ts";
import type { Explained } from "./explained.ts";
import { money } from "./format.ts";
import { table } from "./table.ts";
import { waterfall } from "./waterfall.ts";

const featuresShown = 12;
const valueWidth = 32;
const nameWidth = 13;
const contentWidth = 100 - 2 - nameWidth;

/** What the generator knows and the engine does not. */
const truths = ["legitimate", "fraud (over 220)", "fraud (compromised terminal)", "fraud (stolen card)"] as const;

/** One decision as plain text. */
export function renderExplained(explained: Explained): string {
  const { transaction } = explained;
  return [
    `One decision explained: ${transaction.requestId}`,
    "",
    line("event", `${money(transaction.amount)} by ${transaction.customerId} at ${transaction.terminalId}`),
    line("occurred", new Date(transaction.occurredAtMs).toISOString()),
    line("truth", truths[transaction.scenario]),
    line("outcome", explained.outcome),
    ...lines(
      "reasons",
      explained.reasons.map(({ code, message, rule }) => `${code} ${message} [${rule}]`),
    ),
    ...lines("scores", explained.scores.map(score)),
    ...lines("rules fired", explained.fired.map(fired)),
    line("trace", explained.traceId),
    "",
    features(explained),
    "",
    ...waterfall(explained.sources, explained.elapsedMs),
  ].join("\n");
}

function score({ model, version, value, percentile, band, status }: Explained["scores"][number]): string {
  if (value === undefined) return `${model} ${version}: no score (${status})`;
  const rank = percentile === undefined ? "" : `, higher than ${percentile.toFixed(1)} % of the training population`;
  return `${model} ${version}: ${value.toFixed(3)}${rank}${band && ` → ${band}`}`;
}

function fired({ name, outcome, mode }: Explained["fired"][number]): string {
  return `${name} → ${outcome}${mode === "live" ? "" : ` (${mode})`}`;
}

function features({ features }: Explained): string {
  const left = features.length - featuresShown;
  return table(
    [
      [left > 0 ? `Feature (${left} more)` : "Feature", "left"],
      ["value", "right"],
      ["state", "left"],
      ["from", "left"],
    ],
    features.slice(0, featuresShown).map(({ name, value, state, origin }) => [name, text(value), state, origin]),
  );
}

function text(value: Json): string {
  if (value === null) return "–";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > valueWidth ? `${whole.slice(0, valueWidth - 1)}…` : whole;
}

/** A name and what belongs to it, wrapped between words. */
function line(name: string, content: string): string {
  const rows = [""];
  for (const word of content.split(" ")) {
    const longer = `${rows.at(-1)}${rows.at(-1) && " "}${word}`;
    if (longer.length <= contentWidth) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows.map((row, at) => `  ${(at === 0 ? name : "").padEnd(nameWidth)}${row}`.trimEnd()).join("\n");
}

function lines(name: string, contents: readonly string[]): readonly string[] {
  return contents.length === 0
    ? [line(name, "none")]
    : contents.map((content, at) => line(at === 0 ? name : "", content));
}

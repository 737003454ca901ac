import { lateAfterMs } from "../../support/stage/check-struck.ts";
import type { Struck } from "../../support/stage/strike.ts";
import type { Break, Impossible } from "../../support/stage/target.ts";

/** One source broken in one way. */
export interface Cell {
  readonly name: string;
  readonly breakName: string;
  readonly how: Break | Impossible;
  /** Undefined if it cannot be. */
  readonly struck?: Struck;
}

const head = ["source", "broken", "answers", "marked", "others lack", "slowest", "late", "back after", "missing for"];

/** Prints what was seen as a table, a line for each cell, and the sum of all. */
export function printMatrix(cells: readonly Cell[]): void {
  const rows = cells.map(({ name, breakName, how, struck }) =>
    struck === undefined
      ? [name, breakName, "", "", "", "", "", "", "impossible" in how ? `cannot be: ${how.impossible}` : "no answers"]
      : [name, breakName, ...rowOf(struck)],
  );
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]!.length)));
  for (const row of [head, ...rows]) {
    const line = row.map((text, at) => (at < 2 || at === 8 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!)));
    process.stdout.write(`    ${line.join("  ").trimEnd()}\n`);
  }
  const all = cells.flatMap(({ struck }) => struck ?? []);
  const seen = all.flatMap((struck) => struck.seen);
  const took = sorted(seen.map(({ elapsedMs }) => elapsedMs));
  const back = sorted(cells.flatMap(({ how, struck }) => (struck && !("harmless" in how) ? struck.recoveryMs : [])));
  process.stdout.write(
    `    ${seen.length} answers, ${all.flatMap(({ failures }) => failures).length} failed calls; elapsed ms: ` +
      `median ${ms(at(took, 0.5))}, p99 ${ms(at(took, 0.99))}, p99.9 ${ms(at(took, 0.999))}, slowest ${ms(at(took, 1))}; ` +
      `back after ms: median ${ms(at(back, 0.5))}, p90 ${ms(at(back, 0.9))}, longest ${ms(at(back, 1))}\n`,
  );
}

function rowOf({ seen, recoveryMs }: Struck): string[] {
  const marked = seen.filter(({ state }) => state === "marked");
  const reasons = Map.groupBy(marked, ({ reason }) => reason);
  return [
    `${seen.length}`,
    `${Math.round((100 * marked.length) / seen.length)} %`,
    `${Math.round((100 * seen.filter(({ lacking }) => lacking.length > 0).length) / seen.length)} %`,
    `${ms(Math.max(...seen.map(({ elapsedMs }) => elapsedMs)))} ms`,
    `${seen.filter(({ elapsedMs }) => elapsedMs > lateAfterMs).length}`,
    `${ms(recoveryMs)} ms`,
    [...reasons].map(([reason, of]) => `${reason} ${of.length}`).join(", "),
  ];
}

const ms = (time: number) => `${Math.round(time)}`;
const sorted = (times: readonly number[]) => [...times].sort((left, right) => left - right);
const at = (times: readonly number[], share: number) => times[Math.max(0, Math.ceil(share * times.length) - 1)]!;

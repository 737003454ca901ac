import { readFileSync } from "node:fs";
import path from "node:path";
import { loadConfig } from "../../../src/config.ts";
import { createRandom } from "../../../src/simulate/random.ts";
import { costOf } from "../cost.ts";
import { printTable } from "../print-table.ts";
import { type Costs, inTurn, median, times } from "../rounds.ts";
import { type CelLibrary, valueIn } from "./library.ts";

const rounds = 5;
const events = 100;

interface Expression {
  readonly text: string;
  /** By feature that it reads: the CEL type. */
  readonly types: ReadonlyMap<string, string>;
}

/**
 * What the expressions of the catalogue cost, by what they work on; values are ready in each library's own form. Those
 * with functions of our own are left out.
 */
export async function compareSpeed(libraries: readonly CelLibrary[]): Promise<void> {
  const expressions = catalogueExpressions().filter((each) => canRun(libraries[0]!, [each]));
  const groups = Object.groupBy(expressions, kindOf);
  const rows: string[][] = [];
  for (const [name, group] of Object.entries(groups)) {
    rows.push(await row(`evaluating ${group.length} with ${name}`, libraries, group, evaluation));
    rows.push(await row(`loading them`, libraries, group, loading));
  }
  process.stdout.write(
    `the expressions of features.json: µs of the processor each, median of ${rounds} rounds; how often as slow as ${libraries[0]!.name}\n`,
  );
  printTable(["", ...libraries.map(({ name }) => name)], rows);
}

function kindOf({ text, types }: Expression): "times" | "texts" | "numbers" {
  if (text.includes("timestamp") || [...types.values()].includes(celTypes.timestamp)) return "times";
  return [...types.values()].includes(celTypes.string) ? "texts" : "numbers";
}

type MakeMeasure = (library: CelLibrary, expressions: readonly Expression[]) => ReturnType<typeof costOf>;

async function row(
  name: string,
  libraries: readonly CelLibrary[],
  expressions: readonly Expression[],
  measureOf: MakeMeasure,
): Promise<string[]> {
  const sides: Record<string, Awaited<ReturnType<MakeMeasure>>> = {};
  for (const library of libraries)
    if (canRun(library, expressions)) sides[library.name] = await measureOf(library, expressions);
  const costs: Readonly<Record<string, Costs>> = await inTurn(sides, rounds);
  const baseline = costs[libraries[0]!.name]!;
  const cells = libraries.map((library, at) => {
    const own = costs[library.name];
    if (own === undefined) return "cannot";
    return at === 0 ? median(own).toFixed(2) : `${median(own).toFixed(2)}: ${times(own, baseline)}`;
  });
  return [name, ...cells];
}

async function evaluation(library: CelLibrary, expressions: readonly Expression[]) {
  const random = createRandom(1, 1);
  const works = expressions.flatMap(({ text, types }) => {
    const program = library.compile(text, types, true);
    return Array.from({ length: events }, () => {
      const values = [...types].map(([name, type]) => [name, valueIn(library, literalOf(name, type, random()))]);
      return { program, bindings: Object.fromEntries(values) };
    });
  });
  return await costOf(works, ({ program, bindings }) => program.evaluate(bindings));
}

async function loading(library: CelLibrary, expressions: readonly Expression[]) {
  return await costOf(expressions, ({ text, types }) => library.compile(text, types, true));
}

function canRun(library: CelLibrary, expressions: readonly Expression[]): boolean {
  try {
    for (const { text, types } of expressions) {
      const values = [...types].map(([name, type]) => [name, valueIn(library, literalOf(name, type, 1 / 3))]);
      library.compile(text, types, true).evaluate(Object.fromEntries(values));
    }
    return true;
  } catch {
    return false;
  }
}

const celTypes = {
  double: "double",
  integer: "int",
  string: "string",
  boolean: "bool",
  timestamp: "google.protobuf.Timestamp",
};

/** Texts of a form that expressions count on. */
const texts: Readonly<Record<string, string>> = {
  customer_time_zone: "Europe/Vienna",
  event_type: "password_change",
  ip_address: "192.0.2.17",
  payee_account: "AT611904300234573201",
  payee_iban: "AT61 1904 3002 3457 3201",
};

function literalOf(name: string, type: string, share: number): string {
  switch (type) {
    case celTypes.double:
      return `${(share * 1000 + 1).toFixed(3)}`;
    case celTypes.integer:
      return `${Math.floor(share * 1000)}`;
    case celTypes.boolean:
      return `${share < 0.5}`;
    case celTypes.timestamp:
      return `timestamp("${new Date(Date.UTC(2026, 0, 1) + Math.floor(share * 365 * 86_400_000)).toISOString()}")`;
    default:
      return JSON.stringify(texts[name] ?? `text-${Math.floor(share * 10)}`);
  }
}

function catalogueExpressions(): Expression[] {
  const text = readFileSync(path.join(loadConfig().policiesDir, "features.json"), "utf8");
  const { features } = JSON.parse(text) as { features: Record<string, { type: keyof typeof celTypes; expr?: string }> };
  const typeOf = new Map(Object.entries(features).map(([name, { type }]) => [name, celTypes[type]]));
  typeOf.set("occurred_at", celTypes.timestamp);
  return Object.values(features).flatMap(({ expr }) => {
    if (expr === undefined) return [];
    const names = new Set(expr.match(/[a-z][a-z0-9_]*/gi)).intersection(new Set(typeOf.keys()));
    return [{ text: expr, types: new Map([...names].map((name) => [name, typeOf.get(name)!])) }];
  });
}

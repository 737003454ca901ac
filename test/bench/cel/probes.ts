import { printTable } from "../print-table.ts";
import { type Judgement, judge } from "./judge.ts";
import { type CelLibrary, valueIn } from "./library.ts";

/** What the conformance tests do not ask, and writers of features and those who run them need. */
export function compareProbes(libraries: readonly CelLibrary[]): void {
  process.stdout.write("what else matters to derived features\n");
  printTable(
    ["", ...libraries.map(({ name }) => name)],
    Object.entries(probes).map(([question, answer]) => [question, ...libraries.map(answer)]),
  );
}

/** A matcher that tries every way takes twice as long for one letter more. */
const letters = 22;

const types = new Map([
  ["amount", "double"],
  ["country", "string"],
]);

const probes: Readonly<Record<string, (library: CelLibrary) => string>> = {
  "finds a type error before it runs (amount + country)": (library) =>
    yesOrNo(problemOf(library, "amount + country") !== undefined),
  "finds an unknown name before it runs (amout > 1.0)": (library) =>
    yesOrNo(problemOf(library, "amout > 1.0") !== undefined),
  "says where a syntax error is (amount > )": (library) => placeOf(library, "amount > "),
  "says where a type error is (1.0 > amount + country)": (library) => placeOf(library, "1.0 > amount + country"),
  "no number from an empty text (int(''))": (library) => errorOf(library, "int('')", "int('5')"),
  "no 30th of February": (library) =>
    errorOf(library, "timestamp('2026-02-30T00:00:00Z')", "timestamp('2026-02-28T00:00:00Z')"),
  [`ms for matches("(a+)+$") on ${letters} letters`]: matchMs,
};

function yesOrNo(answer: boolean): string {
  return answer ? "yes" : "no";
}

function problemOf(library: CelLibrary, expression: string): unknown {
  try {
    library.compile(expression, types, true);
    return undefined;
  } catch (error) {
    return error;
  }
}

function placeOf(library: CelLibrary, expression: string): string {
  const problem = problemOf(library, expression);
  return yesOrNo(problem !== undefined && library.offsetOf(problem) !== undefined);
}

/** @param good an expression of the same kind that gives a value. */
function errorOf(library: CelLibrary, expr: string, good: string): string {
  if (outcomeOf(library, good).failure === undefined) return "cannot";
  const { failure, got } = outcomeOf(library, expr);
  return failure === undefined ? "yes" : `no: ${got}`;
}

/** Whether it gives a value, which is then a failure. */
function outcomeOf(library: CelLibrary, expr: string): Judgement {
  return judge({ name: expr, expr, evalError: {} }, library);
}

function matchMs(library: CelLibrary): string {
  const started = performance.now();
  try {
    valueIn(library, `"${"a".repeat(letters)}!".matches("^(a+)+$")`);
  } catch {
    return "cannot";
  }
  return (performance.now() - started).toFixed(0);
}

import { printTable } from "../print-table.ts";
import { type ChosenTests, chooseTests } from "./choose-tests.ts";
import { type Failure, failures, type Judgement, judge } from "./judge.ts";
import type { CelLibrary } from "./library.ts";

interface Judged extends Judgement {
  readonly file: string;
  /** With its file. */
  readonly section: string;
  readonly test: string;
  readonly expr: string;
}

/** The official conformance tests of CEL, for each library; of the first also what fails. */
export function compareConformance(libraries: readonly CelLibrary[]): void {
  const chosen = chooseTests();
  const judged = new Map(libraries.map((library) => [library, judgeAll(chosen, library)]));
  const total = chosen.files.reduce(
    (sum, { sections }) => sum + sections.reduce((all, { tests }) => all + tests.length, 0),
    0,
  );
  process.stdout.write(
    `conformance tests of the CEL specification that apply to expressions over features: ${total}; passed\n`,
  );
  const passed = (file: string | undefined) =>
    libraries.map((library) => {
      const results = judged.get(library)!.filter((each) => file === undefined || each.file === file);
      return `${results.filter(({ failure }) => failure === undefined).length}`;
    });
  const count = (file: string) => `${judged.get(libraries[0]!)!.filter((each) => each.file === file).length}`;
  printTable(
    ["file", "tests", ...libraries.map(({ name }) => name)],
    [
      ...chosen.files.map(({ name }) => [name, count(name), ...passed(name)]),
      ["all", `${total}`, ...passed(undefined)],
      ...failures.map((kind) => [
        `  ${kind}`,
        "",
        ...libraries.map((library) => `${judged.get(library)!.filter(({ failure }) => failure === kind).length}`),
      ]),
    ],
  );
  const reasons = [...chosen.leftOut].map(([reason, tests]) => `${tests} for ${reason}`);
  process.stdout.write(`left out: ${reasons.join(", ")}\n`);
  printFailures(libraries[0]!.name, judged.get(libraries[0]!)!);
}

function judgeAll({ files }: ChosenTests, library: CelLibrary): Judged[] {
  return files.flatMap((file) =>
    file.sections.flatMap((section) =>
      section.tests.map((test) => ({
        ...judge(test, library),
        file: file.name,
        section: `${file.name}/${section.name}`,
        test: test.name,
        expr: test.expr,
      })),
    ),
  );
}

/** A wrong answer is told whole; of what is only not possible the names are enough. */
const wrongAnswers: readonly Failure[] = ["wrong value", "no error", "wrong type"];

function printFailures(name: string, judged: readonly Judged[]): void {
  process.stdout.write(`what ${name} fails\n`);
  for (const kind of failures) {
    const failed = judged.filter(({ failure }) => failure === kind);
    if (failed.length > 0) process.stdout.write(`  ${kind}\n`);
    if (wrongAnswers.includes(kind)) {
      for (const { section, test, expr, expected, got } of failed)
        process.stdout.write(`    ${section}/${test}: ${short(expr)} → ${short(got)}, not ${short(expected)}\n`);
    } else {
      for (const [section, tests] of Map.groupBy(failed, (each) => each.section))
        process.stdout.write(`    ${section}: ${tests.map(({ test }) => test).join(", ")}\n`);
    }
  }
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "·");
  return line.length > 90 ? `${line.slice(0, 87)}…` : line;
}

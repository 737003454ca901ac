import type { ConformanceTest } from "./conformance-test.ts";
import { type CelLibrary, valueIn } from "./library.ts";
import { literal, type Shown, showExpected, typeName } from "./values.ts";

/** How a test can fail, worst first. */
export const failures = [
  "wrong value",
  "no error",
  "wrong type",
  "error instead of a value",
  "refused",
  "does not check types",
] as const;
export type Failure = (typeof failures)[number];

export interface Judgement {
  readonly failure: Failure | undefined;
  readonly expected: string;
  readonly got: string;
}

/** Runs one test. An error that is expected may come at any time: before the expression runs is better for its writer. */
export function judge(test: ConformanceTest, library: CelLibrary): Judgement {
  const expectsError = test.evalError !== undefined;
  const expected = expectedOf(test, library);
  const done = (failure: Failure | undefined, got: string): Judgement => ({
    failure,
    expected: expectsError ? "an error" : expected,
    got,
  });
  const types = new Map((test.typeEnv ?? []).map(({ name, ident }) => [name, ident ? typeName(ident.type) : "dyn"]));
  let program: ReturnType<CelLibrary["compile"]>;
  try {
    program = library.compile(test.expr, types, test.disableCheck !== true);
  } catch (error) {
    return done(expectsError ? undefined : "refused", firstLine(error));
  }
  if (test.typedResult !== undefined) {
    if (!library.checks) return done("does not check types", "");
    const type = typeName(test.typedResult.deducedType);
    if (program.type !== type) return { failure: "wrong type", expected: type, got: `${program.type}` };
  }
  if (test.checkOnly === true) return done(undefined, "");
  let got: Shown;
  try {
    const bound = Object.entries(test.bindings ?? {}).map(([name, { value }]) => [
      name,
      valueIn(library, literal(value)),
    ]);
    const value = library.show(program.evaluate(Object.fromEntries(bound)));
    got = library.tellsNumbersApart ? value : numbersAlike(value);
  } catch (error) {
    return done(expectsError ? undefined : "error instead of a value", firstLine(error));
  }
  if (expectsError) return done("no error", got);
  return done(got === expected ? undefined : "wrong value", got);
}

function expectedOf({ value, typedResult }: ConformanceTest, { tellsNumbersApart }: CelLibrary): Shown {
  const expected = showExpected(value ?? typedResult?.result ?? { boolValue: true });
  return tellsNumbersApart ? expected : numbersAlike(expected);
}

/** Gives a library without kinds of numbers the benefit of the doubt, as far as a double is exact. */
function numbersAlike(shown: Shown): Shown {
  return shown.replace(/\b(?:int|uint|double) (-?[\w.+-]+)/g, (_, digits: string) => `number ${Number(digits)}`);
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0]!;
}

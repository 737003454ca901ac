import type { Shown } from "./values.ts";

/** A library that evaluates CEL. */
export interface CelLibrary {
  readonly name: string;
  /** Whether it finds errors of types before it evaluates. */
  readonly checks: boolean;
  /** Whether it knows int, uint and double apart; if not, its numbers are `double` and are held against any of them. */
  readonly tellsNumbersApart: boolean;
  /**
   * Parses an expression, and checks its types if the library can and it is asked for.
   * @param types of the variables, such as `list<int>`.
   * @throws what is wrong with the expression.
   */
  compile(expression: string, types: ReadonlyMap<string, string>, checked: boolean): CelProgram;
  show(value: unknown): Shown;
  /** Where in the expression an error of `compile` is, if the library says it. */
  offsetOf(error: unknown): number | undefined;
}

interface CelProgram {
  /** The type found by checking. */
  readonly type: string | undefined;
  /**
   * @param bindings values as the library itself has made them.
   * @throws an error of evaluation.
   */
  evaluate(bindings: Readonly<Record<string, unknown>>): unknown;
}

/** A value as the library has it, from an expression without variables. */
export function valueIn(library: CelLibrary, expression: string): unknown {
  return library.compile(expression, new Map(), false).evaluate({});
}

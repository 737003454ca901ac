/** Whether a fact's value passes against what a condition compares it with. */
export type Test = (actual: unknown, expected: unknown) => boolean;

const numeric =
  (compare: (actual: number, expected: number) => boolean): Test =>
  (actual, expected) =>
    isNumeric(actual) && compare(actual as number, expected as number);

/** The real engine's `parseFloat(fact).toString() !== "NaN"`, without the detour for numbers. */
function isNumeric(value: unknown): boolean {
  return typeof value === "number" ? !Number.isNaN(value) : !Number.isNaN(Number.parseFloat(String(value)));
}

/** The operators of json-rules-engine 7.3, exactly: `===` for equal, `indexOf` for lists, JavaScript's own comparison for numbers behind a check of the fact's side only. */
export const plainOperators: Readonly<Record<string, Test>> = {
  equal: (actual, expected) => actual === expected,
  notEqual: (actual, expected) => actual !== expected,
  in: (actual, expected) => (expected as unknown[]).indexOf(actual) > -1,
  notIn: (actual, expected) => (expected as unknown[]).indexOf(actual) === -1,
  contains: (actual, expected) => Array.isArray(actual) && actual.indexOf(expected) > -1,
  doesNotContain: (actual, expected) => Array.isArray(actual) && actual.indexOf(expected) === -1,
  lessThan: numeric((actual, expected) => actual < expected),
  lessThanInclusive: numeric((actual, expected) => actual <= expected),
  greaterThan: numeric((actual, expected) => actual > expected),
  greaterThanInclusive: numeric((actual, expected) => actual >= expected),
};

/** Its decorators. */
export const decorators: Readonly<Record<string, (next: Test) => Test>> = {
  someFact: (next) => (actual, expected) => Array.isArray(actual) && actual.some((each) => next(each, expected)),
  everyFact: (next) => (actual, expected) => Array.isArray(actual) && actual.every((each) => next(each, expected)),
  someValue: (next) => (actual, expected) => (expected as unknown[]).some((each) => next(actual, each)),
  everyValue: (next) => (actual, expected) => (expected as unknown[]).every((each) => next(actual, each)),
  swap: (next) => (actual, expected) => next(expected, actual),
  not: (next) => (actual, expected) => !next(actual, expected),
};

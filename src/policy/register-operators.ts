import type { Engine } from "json-rules-engine";
import { inListOperator, isMissingOperator, isPresentOperator, notInListOperator } from "./condition.ts";
import { customOperators } from "./operators/custom.ts";
import { customTest } from "./operators/test.ts";

/**
 * Teaches a json-rules-engine the operators it lacks: then `new Engine(policy.rules)` understands a policy's rules.
 * @param isListed whether a value is an entry of the named list; undefined: not known, and neither operator holds.
 */
export function registerOperators(
  engine: Engine,
  isListed: (list: string, value: unknown) => boolean | undefined,
): void {
  const add = (name: string, test: (actual: unknown, expected: unknown) => boolean) =>
    engine.addOperator<unknown, unknown>(name, test);
  // The engine is not told why a fact is undefined: no reason that is asked for is ever known to be the one.
  add(isMissingOperator, (actual, expected) => (actual === undefined) === expected);
  add(isPresentOperator, (actual, expected) => (actual !== undefined) === expected);
  add(inListOperator, (actual, expected) => isListed(String(expected), actual) === true);
  add(notInListOperator, (actual, expected) => isListed(String(expected), actual) === false);
  for (const operator of customOperators.values()) add(operator.name, customTest(operator));
}

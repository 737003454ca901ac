import { customOperators } from "./custom.ts";
import { type CustomOperator, isRefusal, type Passes } from "./operator.ts";
import { decorators, plainOperators, type Test } from "./plain.ts";

/**
 * The meaning of an operator with its decorators.
 * @throws if the name was not checked at load.
 */
export function operatorTest(name: string): Test {
  const [first, ...rest] = name.split(":");
  if (rest.length > 0) {
    const decorate = decorators[first!];
    if (decorate === undefined) throw new Error(`unknown decorator ${first}`);
    return decorate(operatorTest(rest.join(":")));
  }
  const custom = customOperators.get(name);
  const test = custom === undefined ? plainOperators[name] : customTest(custom);
  if (test === undefined) throw new Error(`unknown operator ${name}`);
  return test;
}

const remembered = 1_000;

/** A custom operator asked like any other: what it read of the values is remembered, as long as they are few. */
export function customTest(operator: CustomOperator): Test {
  const known = new Map<unknown, Passes>();
  return (actual, expected) => {
    let passes = known.get(expected);
    if (passes === undefined) {
      passes = preparedOr(operator, expected, never);
      if (known.size >= remembered) known.clear();
      known.set(expected, passes);
    }
    return passes(actual);
  };
}

/** The comparison with a value; `otherwise` where the value is none for the operator: also a feature's value can be that. */
export function preparedOr(operator: CustomOperator, value: unknown, otherwise: Passes): Passes {
  const prepared = operator.prepare(value);
  return isRefusal(prepared) ? otherwise : prepared;
}

export const never: Passes = () => false;

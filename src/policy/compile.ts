import type { Facts } from "../domain/facts.ts";
import {
  type Condition,
  isKnown,
  isMissingOperator,
  isPresentOperator,
  type Leaf,
  leaves,
  type Truth,
} from "./condition.ts";
import { type Evaluator, explainTree } from "./evaluate.ts";
import { operatorTest } from "./operators.ts";

/** A compiled condition. Values are those of the distinct facts, undefined where one is not present. */
type Program = (values: readonly unknown[], facts: Facts) => Truth;

/**
 * Compiles conditions to plain synchronous functions: no interpretation, no promises, no allocation but one array a run.
 * Every fact is looked up once for all conditions; `all` and `any` stop at the first child that decides.
 */
export function compiledEvaluator(conditions: readonly Condition[]): Evaluator {
  const names: string[] = [];
  const indexOf = (fact: string): number => {
    const known = names.indexOf(fact);
    return known >= 0 ? known : names.push(fact) - 1;
  };
  const programs = conditions.map((condition) => compile(condition, indexOf));
  const leafPrograms = new Map<Leaf, Program>();
  for (const condition of conditions)
    for (const leaf of leaves(condition)) leafPrograms.set(leaf, compile(leaf, indexOf));
  const read = (facts: Facts) => names.map((name) => facts.value(name));

  return {
    evaluate(facts) {
      const values = read(facts);
      return programs.map((program) => program(values, facts));
    },
    explain(facts) {
      const values = read(facts);
      return conditions.map((condition) =>
        explainTree(condition, facts, (leaf) => leafPrograms.get(leaf)!(values, facts)),
      );
    },
  };
}

function compile(condition: Condition, indexOf: (fact: string) => number): Program {
  switch (condition.kind) {
    case "leaf":
      return compileLeaf(condition, indexOf);
    case "not":
      return negation(compile(condition.child, indexOf));
    case "all":
      return firstWins(
        condition.children.map((child) => compile(child, indexOf)),
        false,
      );
    case "any":
      return firstWins(
        condition.children.map((child) => compile(child, indexOf)),
        true,
      );
  }
}

function negation(child: Program): Program {
  return (values, facts) => {
    const truth = child(values, facts);
    return truth === "unknown" ? truth : !truth;
  };
}

/** `all` (decided by a false child) and `any` (by a true one): the decisive truth wins, then unknown. */
function firstWins(children: readonly Program[], decisive: boolean): Program {
  return (values, facts) => {
    let result: Truth = !decisive;
    for (const child of children) {
      const truth = child(values, facts);
      if (truth === decisive) return decisive;
      if (truth === "unknown") result = truth;
    }
    return result;
  };
}

function compileLeaf(leaf: Leaf, indexOf: (fact: string) => number): Program {
  const { operator, value } = leaf;
  const at = indexOf(leaf.fact);
  if (operator === isMissingOperator || operator === isPresentOperator) {
    const wanted = (operator === isPresentOperator) === value;
    return (values, facts) => (isKnown(leaf, facts) ? (values[at] !== undefined) === wanted : "unknown");
  }
  // Features are single values, through which the real engine lets a path pass unchanged.
  const test = operatorTest(operator);
  if (leaf.valueFact === undefined) {
    return (values) => {
      const actual = values[at];
      return actual === undefined ? "unknown" : test(actual, value);
    };
  }
  const other = indexOf(leaf.valueFact);
  return (values) => {
    const actual = values[at];
    const expected = values[other];
    return actual === undefined || expected === undefined ? "unknown" : test(actual, expected);
  };
}

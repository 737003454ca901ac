import type { FeatureValue } from "../domain/feature.ts";
import { follow, parsePath, type Steps } from "../domain/path.ts";
import { asksList, asksMissing, inListOperator, isPresentOperator, type Leaf, reasonsAsked } from "./condition.ts";
import { customOperators } from "./operators/custom.ts";
import { never, operatorTest, preparedOr } from "./operators/test.ts";
import { type IndexOf, isFalse, isTrue, isUnknown, type Program } from "./program.ts";

/** Compiles one comparison. Those with fixed numbers, texts and lists, nearly all there are, get a function of their own. */
export function compileLeaf(leaf: Leaf, indexOf: IndexOf): Program {
  const at = indexOf(leaf.fact);
  const reasons = reasonsAsked(leaf);
  if (reasons !== undefined) return compileMissingFor(at, leaf.fact, reasons);
  if (asksMissing(leaf)) return compileMissing(at, (leaf.operator === isPresentOperator) === leaf.value);
  if (leaf.membership !== undefined) return compileMember(indexOf(leaf.membership), leaf.operator === inListOperator);
  if (asksList(leaf)) return compileListed(at, String(leaf.value), leaf.operator === inListOperator);
  if (leaf.valueFact !== undefined) return compileBetweenFacts(leaf, at, indexOf(leaf.valueFact));
  const custom = customOperators.get(leaf.operator);
  if (custom !== undefined) return whenPresent(at, leaf.path, preparedOr(custom, leaf.value, never));
  const special = leaf.path === undefined ? compileFixed(leaf.operator, leaf.value, at) : undefined;
  if (special !== undefined) return special;
  const test = operatorTest(leaf.operator);
  return whenPresent(at, leaf.path, (actual) => test(actual, leaf.value));
}

function compileMissing(at: number, wantsPresent: boolean): Program {
  return (values) => {
    const actual = values[at];
    return actual === undefined ? isUnknown : (actual !== null) === wantsPresent ? isTrue : isFalse;
  };
}

function compileMissingFor(at: number, fact: string, reasons: readonly unknown[]): Program {
  return (values, facts) => {
    const actual = values[at];
    if (actual === undefined) return isUnknown;
    return actual === null && reasons.includes(facts.reason(fact)) ? isTrue : isFalse;
  };
}

function compileListed(at: number, list: string, wanted: boolean): Program {
  return (values, facts) => {
    const actual = values[at];
    if (actual === undefined || actual === null) return isUnknown;
    const listed = facts.isListed(list, actual as FeatureValue);
    return listed === undefined ? isUnknown : listed === wanted ? isTrue : isFalse;
  };
}

/** Of a list that was fetched. */
function compileMember(at: number, wanted: boolean): Program {
  return (values) => {
    const member = values[at];
    return member === undefined || member === null ? isUnknown : member === wanted ? isTrue : isFalse;
  };
}

function compileBetweenFacts({ operator, path, valuePath }: Leaf, at: number, other: number): Program {
  const test = operatorTest(operator);
  const actualSteps = stepsOf(path);
  const expectedSteps = stepsOf(valuePath);
  return (values) => {
    const actual = values[at];
    const expected = values[other];
    if (actual === undefined || actual === null || expected === undefined || expected === null) return isUnknown;
    return test(follow(actual, actualSteps), follow(expected, expectedSteps)) ? isTrue : isFalse;
  };
}

function whenPresent(at: number, path: string | undefined, passes: (actual: unknown) => boolean): Program {
  const steps = stepsOf(path);
  return (values) => {
    const actual = values[at];
    return actual === undefined || actual === null ? isUnknown : passes(follow(actual, steps)) ? isTrue : isFalse;
  };
}

/** Features are single values, into which no path leads; it is followed all the same, as json-rules-engine would. */
function stepsOf(path: string | undefined): Steps {
  return (path === undefined ? undefined : parsePath(path)) ?? [];
}

/** Comparisons with a fixed value, without a test between. A text compared by size takes the long way. */
function compileFixed(operator: string, value: unknown, at: number): Program | undefined {
  switch (operator) {
    case "equal":
      return (values) => {
        const actual = values[at];
        return actual === undefined || actual === null ? isUnknown : actual === value ? isTrue : isFalse;
      };
    case "notEqual":
      return (values) => {
        const actual = values[at];
        return actual === undefined || actual === null ? isUnknown : actual === value ? isFalse : isTrue;
      };
    case "in":
      return compileIn(value as readonly unknown[], at, isTrue);
    case "notIn":
      return compileIn(value as readonly unknown[], at, isFalse);
  }
  return typeof value === "number" ? compileNumeric(operator, value, at) : undefined;
}

/** More members are found faster in a set. Both compare as `===` does; NaN is no feature's value. */
const manyMembers = 8;

function compileIn(members: readonly unknown[], at: number, whenFound: number): Program {
  const whenNot = isTrue - whenFound;
  if (members.length > manyMembers) {
    const set = new Set(members);
    return (values) => {
      const actual = values[at];
      return actual === undefined || actual === null ? isUnknown : set.has(actual) ? whenFound : whenNot;
    };
  }
  return (values) => {
    const actual = values[at];
    return actual === undefined || actual === null ? isUnknown : members.indexOf(actual) >= 0 ? whenFound : whenNot;
  };
}

function compileNumeric(operator: string, limit: number, at: number): Program | undefined {
  const test = operatorTest(operator);
  const other = (actual: unknown) =>
    actual === undefined || actual === null ? isUnknown : test(actual, limit) ? isTrue : isFalse;
  switch (operator) {
    case "greaterThan":
      return (values) => {
        const actual = values[at];
        return typeof actual === "number" ? (actual > limit ? isTrue : isFalse) : other(actual);
      };
    case "greaterThanInclusive":
      return (values) => {
        const actual = values[at];
        return typeof actual === "number" ? (actual >= limit ? isTrue : isFalse) : other(actual);
      };
    case "lessThan":
      return (values) => {
        const actual = values[at];
        return typeof actual === "number" ? (actual < limit ? isTrue : isFalse) : other(actual);
      };
    case "lessThanInclusive":
      return (values) => {
        const actual = values[at];
        return typeof actual === "number" ? (actual <= limit ? isTrue : isFalse) : other(actual);
      };
    default:
      return undefined;
  }
}

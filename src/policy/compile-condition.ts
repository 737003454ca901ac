import { compileLeaf } from "./compile-leaf.ts";
import type { Condition } from "./condition.ts";
import { costOf } from "./cost.ts";
import { type IndexOf, isFalse, isTrue, isUnknown, type Program } from "./program.ts";

/** Compiles one condition. The cheapest children are asked first: their order never changes the result. */
export function compileCondition(condition: Condition, indexOf: IndexOf): Program {
  switch (condition.kind) {
    case "leaf":
      return compileLeaf(condition, indexOf);
    case "not":
      return negation(compileCondition(condition.child, indexOf));
    case "all":
    case "any": {
      const children = [...condition.children]
        .sort((left, right) => costOf(left) - costOf(right))
        .map((child) => compileCondition(child, indexOf));
      return decidedBy(condition.kind === "all" ? isFalse : isTrue, children);
    }
  }
}

function negation(child: Program): Program {
  return (values, facts) => {
    const truth = child(values, facts);
    return truth === isUnknown ? isUnknown : isTrue - truth;
  };
}

/** `all` (decided by a false child) and `any` (by a true one): the decisive truth wins, then unknown. */
function decidedBy(decisive: number, children: readonly Program[]): Program {
  const otherwise = isTrue - decisive;
  const [first, second, third] = children;
  // Most conditions have two or three children; without a loop they take half the time.
  if (children.length === 1) return first!;
  if (children.length === 2) {
    return (values, facts) => {
      const a = first!(values, facts);
      if (a === decisive) return decisive;
      const b = second!(values, facts);
      if (b === decisive) return decisive;
      return a === isUnknown || b === isUnknown ? isUnknown : otherwise;
    };
  }
  if (children.length === 3) {
    return (values, facts) => {
      const a = first!(values, facts);
      if (a === decisive) return decisive;
      const b = second!(values, facts);
      if (b === decisive) return decisive;
      const c = third!(values, facts);
      if (c === decisive) return decisive;
      return a === isUnknown || b === isUnknown || c === isUnknown ? isUnknown : otherwise;
    };
  }
  return (values, facts) => {
    let result = otherwise;
    for (let at = 0; at < children.length; at++) {
      const truth = children[at]!(values, facts);
      if (truth === decisive) return decisive;
      if (truth === isUnknown) result = isUnknown;
    }
    return result;
  };
}

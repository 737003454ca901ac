import type { DocumentPath, Report } from "../documents/document.ts";
import { didYouMean } from "../documents/suggest.ts";
import type { FeatureType } from "../domain/feature.ts";
import { type Condition, isMissingOperator, isPresentOperator, type Leaf } from "./condition.ts";
import type { ConditionDocument, LeafDocument } from "./policy-schema.ts";

/** What conditions may refer to. */
export interface ConditionScope {
  /** Undefined: names of features are not checked. */
  readonly features: ReadonlyMap<string, FeatureType> | undefined;
  readonly shared: Readonly<Record<string, ConditionDocument>>;
  readonly report: Report;
}

const numeric = ["lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"];
const listed = ["in", "notIn"];
const aboutMissing = [isMissingOperator, isPresentOperator];
const operators = ["equal", "notEqual", ...listed, "contains", "doesNotContain", ...numeric, ...aboutMissing];
const decorators = ["someFact", "everyFact", "someValue", "everyValue", "swap", "not"];

/** Bounds the cost of evaluating one tree, shared conditions put in place. */
const maxNodes = 5_000;

/**
 * Turns a condition as written into nodes, shared conditions put in place, and checks what it refers to.
 * @param root true where json-rules-engine demands all, any, not or condition.
 */
export function loadCondition(document: ConditionDocument, path: DocumentPath, scope: ConditionScope): Condition {
  if ("fact" in document) {
    scope.report(
      path,
      "a single comparison cannot stand alone",
      'write {"all": [ … ]} around it, as json-rules-engine demands',
    );
  }
  const budget = { nodes: maxNodes };
  const condition = expand(document, path, scope, [], budget);
  if (budget.nodes < 0)
    scope.report(
      path,
      `has more than ${maxNodes} conditions, shared ones put in place`,
      "split it or use fewer shared conditions within each other",
    );
  return condition;
}

const never: Condition = { kind: "any", children: [], label: undefined };

function expand(
  document: ConditionDocument,
  path: DocumentPath,
  scope: ConditionScope,
  trail: readonly string[],
  budget: { nodes: number },
): Condition {
  budget.nodes -= 1;
  if (budget.nodes < 0) return never;
  const label = document.name;
  if ("all" in document)
    return {
      kind: "all",
      label,
      children: document.all.map((child, at) => expand(child, [...path, "all", at], scope, trail, budget)),
    };
  if ("any" in document)
    return {
      kind: "any",
      label,
      children: document.any.map((child, at) => expand(child, [...path, "any", at], scope, trail, budget)),
    };
  if ("not" in document)
    return { kind: "not", label, child: expand(document.not, [...path, "not"], scope, trail, budget) };
  if ("condition" in document) return expandShared(document.condition, label, path, scope, trail, budget);
  return loadLeaf(document, path, scope);
}

function expandShared(
  name: string,
  label: string | undefined,
  path: DocumentPath,
  scope: ConditionScope,
  trail: readonly string[],
  budget: { nodes: number },
): Condition {
  const shared = Object.hasOwn(scope.shared, name) ? scope.shared[name] : undefined;
  if (shared === undefined) {
    scope.report(
      [...path, "condition"],
      `there is no shared condition "${name}"`,
      didYouMean(name, Object.keys(scope.shared)) ?? "declare it under conditions",
    );
    return never;
  }
  if (trail.includes(name)) {
    scope.report(
      [...path, "condition"],
      `the shared condition uses itself: ${[...trail.slice(trail.indexOf(name)), name].join(" → ")}`,
      "break the cycle",
    );
    return never;
  }
  // Its own problems are reported once, where it is declared.
  const quiet: ConditionScope = {
    ...scope,
    report: (at, ...rest) => (rest[0].includes("uses itself") ? scope.report(at, ...rest) : undefined),
  };
  const condition = expand(shared, ["conditions", name], quiet, [...trail, name], budget);
  return label === undefined ? condition : { ...condition, label };
}

function loadLeaf(leaf: LeafDocument, path: DocumentPath, scope: ConditionScope): Leaf {
  checkFact(leaf.fact, [...path, "fact"], scope);
  const valueFact = factOf(leaf.value);
  if (valueFact !== undefined) checkFact(valueFact, [...path, "value", "fact"], scope);
  checkOperator(leaf, valueFact !== undefined, path, scope.report);
  const { fact, operator, value, path: within, name } = leaf;
  return { kind: "leaf", fact, operator, value, valueFact, path: within, label: name };
}

function checkFact(name: string, path: DocumentPath, { features, report }: ConditionScope): void {
  if (features?.has(name) === false)
    report(
      path,
      `there is no feature "${name}"`,
      didYouMean(name, features.keys()) ?? "declare it in features.json, or under models",
    );
}

/** The feature named by `{"fact": name}`. */
function factOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "fact")) return undefined;
  const { fact } = value as { fact: unknown };
  return typeof fact === "string" ? fact : undefined;
}

function checkOperator(
  { operator, value }: LeafDocument,
  comparesFacts: boolean,
  path: DocumentPath,
  report: Report,
): void {
  const parts = operator.split(":");
  const base = parts.at(-1)!;
  const wrong = parts.slice(0, -1).find((part) => !decorators.includes(part));
  if (wrong !== undefined)
    report(
      [...path, "operator"],
      `there is no decorator "${wrong}"`,
      didYouMean(wrong, decorators) ?? `use one of ${decorators.join(", ")}`,
    );
  if (!operators.includes(base))
    report(
      [...path, "operator"],
      `there is no operator "${base}"`,
      didYouMean(base, operators) ?? `use one of ${operators.join(", ")}`,
    );
  if (listed.includes(base) && comparesFacts) {
    report(
      [...path, "value"],
      `"${base}" needs a list, but features are single values`,
      "write the values in brackets",
    );
  }
  if (parts.some((part) => part === "someValue" || part === "everyValue") && !Array.isArray(value)) {
    report([...path, "value"], `"${operator}" needs a list`, 'write the values in brackets: ["a", "b"]');
  }
  const decorated = parts.slice(0, -1).find((part) => part !== "not");
  if (listed.includes(base) && decorated !== undefined) {
    report(
      [...path, "operator"],
      `"${decorated}" does not go with "${base}"`,
      `use "${base}" alone, or other comparisons in any or all`,
    );
  }
  if (aboutMissing.includes(base) && parts.length > 1) {
    report(
      [...path, "operator"],
      `decorators do not go with "${base}"`,
      'write {"not": …} around it, or use the other of isMissing and isPresent',
    );
  }
  // Decorators change what stands on which side; only plain operators can be held against their value here.
  if (parts.length > 1 || comparesFacts) return;
  if (listed.includes(base) && !Array.isArray(value))
    report([...path, "value"], `"${base}" needs a list`, 'write the values in brackets: ["a", "b"]');
  if (numeric.includes(base) && typeof value !== "number")
    report([...path, "value"], `"${base}" needs a number`, "write the number without quotes");
  if (aboutMissing.includes(base) && typeof value !== "boolean")
    report([...path, "value"], `"${base}" needs true or false`, "write true");
}

import type { DocumentPath, Report } from "../documents/report.ts";
import { didYouMean } from "../documents/suggest.ts";
import type { FeatureType } from "../domain/feature.ts";
import { type Condition, isMissingOperator, isPresentOperator, type Leaf } from "./condition.ts";
import { decoratorNames, operatorNames } from "./operators.ts";
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
const operators = [...operatorNames, ...aboutMissing];
const overLists = ["someValue", "everyValue"];

/** Bounds the cost of evaluating one tree, shared conditions put in place. */
const maxNodes = 5_000;

/** What stays the same, or grows, while one tree is expanded. */
interface Expansion {
  readonly scope: ConditionScope;
  /** Names of the shared conditions that lead here. */
  readonly trail: readonly string[];
  readonly budget: { nodes: number };
  readonly reportCycle: Report;
}

/**
 * Turns a condition as written into nodes, shared conditions put in place, and checks what it refers to.
 * @param shared the condition's own name, if it is a shared one.
 */
export function loadCondition(
  document: ConditionDocument,
  path: DocumentPath,
  scope: ConditionScope,
  shared?: string,
): Condition {
  if ("fact" in document) {
    scope.report(
      path,
      "a single comparison cannot stand alone",
      'write {"all": [ … ]} around it, as json-rules-engine demands',
    );
  }
  const budget = { nodes: maxNodes };
  const condition = expand(document, path, {
    scope,
    budget,
    trail: shared === undefined ? [] : [shared],
    // A cycle is a problem of the shared conditions, not of who uses them.
    reportCycle: shared === undefined ? () => {} : scope.report,
  });
  if (budget.nodes < 0)
    scope.report(
      path,
      `has more than ${maxNodes} conditions, shared ones put in place`,
      "split it or use fewer shared conditions within each other",
    );
  return condition;
}

const never: Condition = { kind: "any", children: [], label: undefined };

function expand(document: ConditionDocument, path: DocumentPath, call: Expansion): Condition {
  call.budget.nodes -= 1;
  if (call.budget.nodes < 0) return never;
  const label = document.name;
  if ("all" in document)
    return { kind: "all", label, children: document.all.map((child, at) => expand(child, [...path, "all", at], call)) };
  if ("any" in document)
    return { kind: "any", label, children: document.any.map((child, at) => expand(child, [...path, "any", at], call)) };
  if ("not" in document) return { kind: "not", label, child: expand(document.not, [...path, "not"], call) };
  if ("condition" in document) return expandShared(document.condition, label, [...path, "condition"], call);
  return loadLeaf(document, path, call.scope);
}

function expandShared(name: string, label: string | undefined, path: DocumentPath, call: Expansion): Condition {
  const { scope, trail } = call;
  const shared = Object.hasOwn(scope.shared, name) ? scope.shared[name] : undefined;
  if (shared === undefined) {
    scope.report(
      path,
      `there is no shared condition "${name}"`,
      didYouMean(name, Object.keys(scope.shared)) ?? "declare it under conditions",
    );
    return never;
  }
  if (trail.includes(name)) {
    // Met from each of its members; reported from the first by name, so once.
    if (trail[0] === name && trail.every((member) => member >= name))
      call.reportCycle(path, `the shared condition uses itself: ${[...trail, name].join(" → ")}`, "break the cycle");
    return never;
  }
  // Its own problems are reported once, where it is declared.
  const quiet: ConditionScope = { ...scope, report: () => {} };
  const condition = expand(shared, ["conditions", name], { ...call, scope: quiet, trail: [...trail, name] });
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

function checkOperator(leaf: LeafDocument, comparesFacts: boolean, path: DocumentPath, report: Report): void {
  const { operator, value } = leaf;
  const parts = operator.split(":");
  const base = parts.at(-1)!;
  checkNames(parts, [...path, "operator"], report);
  checkDecorators(parts, [...path, "operator"], report);
  const needs = (what: string, fix: string) => report([...path, "value"], what, fix);
  const inBrackets = 'write the values in brackets: ["a", "b"]';

  if (!comparesFacts && hasObject(value))
    needs(
      "features are never compared with objects",
      'give a number, text, true or false, a list of them, or {"fact": name}',
    );
  else if (listed.includes(base) && comparesFacts)
    needs(`"${base}" needs a list, but features are single values`, "write the values in brackets");
  else if (listed.includes(base) && !Array.isArray(value)) needs(`"${base}" needs a list`, inBrackets);
  else if (parts.some((part) => overLists.includes(part)) && !Array.isArray(value))
    needs(`"${operator}" needs a list`, inBrackets);
  else if (aboutMissing.includes(base) && typeof value !== "boolean")
    needs(`"${base}" needs true or false`, "write true");
  // Decorators change what stands on which side; only a plain comparison can be held against its value here.
  else if (numeric.includes(operator) && !comparesFacts && typeof value !== "number")
    needs(`"${base}" needs a number`, "write the number without quotes");
}

function checkNames(parts: readonly string[], path: DocumentPath, report: Report): void {
  const base = parts.at(-1)!;
  const wrong = parts.slice(0, -1).find((part) => !decoratorNames.includes(part));
  if (wrong !== undefined)
    report(
      path,
      `there is no decorator "${wrong}"`,
      didYouMean(wrong, decoratorNames) ?? `use one of ${decoratorNames.join(", ")}`,
    );
  if (!operators.includes(base))
    report(path, `there is no operator "${base}"`, didYouMean(base, operators) ?? `use one of ${operators.join(", ")}`);
}

/** Refuses what could only fail in running, in json-rules-engine as here. */
function checkDecorators(parts: readonly string[], path: DocumentPath, report: Report): void {
  const base = parts.at(-1)!;
  const decorated = parts.slice(0, -1).find((part) => part !== "not");
  if (listed.includes(base) && decorated !== undefined)
    report(
      path,
      `"${decorated}" does not go with "${base}"`,
      `use "${base}" alone, or other comparisons in any or all`,
    );
  if (aboutMissing.includes(base) && parts.length > 1)
    report(
      path,
      `decorators do not go with "${base}"`,
      'write {"not": …} around it, or use the other of isMissing and isPresent',
    );
  // They call for a list on the value's side: swapped that is a feature, and within a list it is one of its entries.
  const last = parts.findLastIndex((part) => overLists.includes(part));
  const before = parts.slice(0, Math.max(0, last));
  if (before.some((part) => part === "swap" || overLists.includes(part)))
    report(path, `"${parts[last]}" looks for a list where none can be`, 'write "someValue" first, and once');
}

/** `{"fact": name}` is no such object; it is looked at first. */
function hasObject(value: unknown): boolean {
  return Array.isArray(value) ? value.some(hasObject) : typeof value === "object" && value !== null;
}

import type { DocumentPath, Report } from "../documents/report.ts";
import { parsePath } from "../domain/path.ts";
import { didYouMean } from "../domain/suggest.ts";
import { checkOperator, type OperatorScope } from "./check-operator.ts";
import { asksList, type Condition, type Leaf, membershipOf } from "./condition.ts";
import type { ConditionDocument, LeafDocument } from "./policy-schema.ts";

/** What conditions may refer to. */
export interface ConditionScope extends OperatorScope {
  readonly shared: Readonly<Record<string, ConditionDocument>>;
}

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
  checkPath(leaf.path, [...path, "path"], scope);
  const other = otherFact(leaf.value);
  if (other !== undefined) {
    checkFact(other.fact, [...path, "value", "fact"], scope);
    checkPath(other.path, [...path, "value", "path"], scope);
  }
  checkOperator(leaf, other !== undefined, path, scope);
  const { fact, operator, value, path: within, name } = leaf;
  const fetched = asksList(leaf) && typeof value === "string" && scope.fetchedLists?.has(value);
  return {
    kind: "leaf",
    fact,
    operator,
    value,
    valueFact: other?.fact,
    valuePath: other?.path,
    path: within,
    label: name,
    ...(fetched ? { membership: membershipOf(fact, value) } : {}),
  };
}

function checkPath(written: string | undefined, path: DocumentPath, { report }: ConditionScope): void {
  if (written !== undefined && parsePath(written) === undefined)
    report(
      path,
      `the path ${JSON.stringify(written)} is more than names and indexes`,
      'write it as "$.address.country" or "$.lines[0]"',
    );
}

function checkFact(name: string, path: DocumentPath, { features, report }: ConditionScope): void {
  if (features?.has(name) === false)
    report(
      path,
      `there is no feature "${name}"`,
      didYouMean(name, features.keys()) ?? "declare it in features.json, or under models",
    );
}

/** The feature named by `{"fact": name}`, perhaps with a path into it. */
function otherFact(value: unknown): { fact: string; path: string | undefined } | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "fact")) return undefined;
  const { fact, path } = value as { fact: unknown; path?: unknown };
  return typeof fact === "string" ? { fact, path: typeof path === "string" ? path : undefined } : undefined;
}

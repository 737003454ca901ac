import type { DocumentPath, Report } from "../documents/report.ts";
import { type FeatureType, missingReasons } from "../domain/feature.ts";
import { didYouMean } from "../domain/suggest.ts";
import { asksList, asksMissing, isMissingOperator } from "./condition.ts";
import { customOperators } from "./operators/custom.ts";
import { decoratorNames, operatorNames } from "./operators/names.ts";
import { type CustomOperator, isRefusal } from "./operators/operator.ts";
import type { LeafDocument } from "./policy-schema.ts";

const numeric = ["lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"];
const listed = ["in", "notIn"];
const overLists = ["someValue", "everyValue"];

/** Longer ones belong into a list file, where an entry is found at once. */
const maxValues = 1_000;

/** What a comparison is checked against. */
export interface OperatorScope {
  readonly features: ReadonlyMap<string, FeatureType> | undefined;
  /** Names of the lists there are; undefined: not checked. */
  readonly lists: ReadonlySet<string> | undefined;
  /** Of them, those that have to be fetched. */
  readonly fetchedLists?: ReadonlySet<string> | undefined;
  readonly report: Report;
}

/** Refuses an operator or a value that could only fail in running, in json-rules-engine as here, or never mean anything. */
export function checkOperator(
  leaf: LeafDocument,
  comparesFacts: boolean,
  path: DocumentPath,
  scope: OperatorScope,
): void {
  const { report } = scope;
  const parts = leaf.operator.split(":");
  const base = parts.at(-1)!;
  checkNames(parts, [...path, "operator"], report);
  checkDecorators(parts, [...path, "operator"], report);
  if (Array.isArray(leaf.value) && leaf.value.length > maxValues)
    report(
      [...path, "value"],
      `compares with ${leaf.value.length} values, and at most ${maxValues} are allowed`,
      'put them into a file under lists/ and ask with "inList"',
    );
  const custom = customOperators.get(base);
  if (custom !== undefined) checkCustom(leaf, custom, parts, comparesFacts, path, scope);
  else if (asksList({ operator: base })) checkList(leaf, path, scope);
  else checkValue(leaf, parts, comparesFacts, [...path, "value"], report);
}

function checkValue(
  { operator, value }: LeafDocument,
  parts: readonly string[],
  comparesFacts: boolean,
  path: DocumentPath,
  report: Report,
): void {
  const base = parts.at(-1)!;
  const inBrackets = 'write the values in brackets: ["a", "b"]';
  if (!comparesFacts && hasObject(value))
    report(
      path,
      "features are never compared with objects",
      'give a number, text, true or false, a list of them, or {"fact": name}',
    );
  else if (listed.includes(base) && comparesFacts)
    report(path, `"${base}" needs a list, but features are single values`, "write the values in brackets");
  else if (listed.includes(base) && !Array.isArray(value)) report(path, `"${base}" needs a list`, inBrackets);
  else if (parts.some((part) => overLists.includes(part)) && !Array.isArray(value))
    report(path, `"${operator}" needs a list`, inBrackets);
  else if (asksMissing({ operator: base }) && typeof value !== "boolean") checkReasons(base, value, path, report);
  // Decorators change what stands on which side; only a plain comparison can be held against its value here.
  else if (numeric.includes(operator) && !comparesFacts && typeof value !== "number")
    report(path, `"${base}" needs a number`, "write the number without quotes");
}

/** `isMissing` may also ask why. */
function checkReasons(base: string, value: unknown, path: DocumentPath, report: Report): void {
  if (base !== isMissingOperator) return report(path, `"${base}" needs true or false`, "write true");
  const reasons = Array.isArray(value) ? value : [value];
  const known: readonly unknown[] = missingReasons;
  const wrong = reasons.find((reason) => !known.includes(reason));
  if (wrong === undefined && reasons.length > 0) return;
  report(
    path,
    `"${base}" needs true, false or reasons`,
    (typeof wrong === "string" ? didYouMean(wrong, missingReasons) : undefined) ??
      `write true, or some of ${missingReasons.join(", ")}`,
  );
}

function checkCustom(
  { fact, operator, value }: LeafDocument,
  custom: CustomOperator,
  parts: readonly string[],
  comparesFacts: boolean,
  path: DocumentPath,
  { features, report }: OperatorScope,
): void {
  const { name, types } = custom;
  const type = features?.get(fact);
  if (type !== undefined && !types.includes(type))
    report(
      [...path, "fact"],
      `"${name}" asks about ${types.join(" or ")}, but ${fact} is ${type}`,
      `use another operator`,
    );
  const at = [...path, "value"];
  const eachOf = parts.some((part) => overLists.includes(part));
  if (comparesFacts) {
    if (!custom.comparesFacts || eachOf)
      report(at, `"${operator}" does not compare two features`, `give ${custom.value}`);
  } else if (eachOf && !Array.isArray(value)) report(at, `"${operator}" needs a list`, "write the values in brackets");
  else
    for (const each of eachOf ? (value as readonly unknown[]) : [value]) {
      const prepared = custom.prepare(each);
      if (isRefusal(prepared)) return report(at, prepared.message, prepared.fix);
    }
}

const listTypes: readonly FeatureType[] = ["string", "integer"];

function checkList({ fact, operator, value }: LeafDocument, path: DocumentPath, scope: OperatorScope): void {
  const { features, lists, report } = scope;
  const type = features?.get(fact);
  if (type !== undefined && !listTypes.includes(type))
    report(
      [...path, "fact"],
      `lists hold texts and whole numbers, but ${fact} is ${type}`,
      "ask about another feature",
    );
  if (typeof value !== "string")
    report([...path, "value"], `"${operator}" needs the name of a list`, 'write the name in quotes: "blocked_cards"');
  else if (lists?.has(value) === false)
    report(
      [...path, "value"],
      `there is no list "${value}"`,
      didYouMean(value, [...lists]) ??
        `put its entries, one a line, into lists/${value}.txt beside the policy, or declare it under lists in features.json`,
    );
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
  if (!operatorNames.includes(base))
    report(
      path,
      `there is no operator "${base}"`,
      didYouMean(base, operatorNames) ?? `use one of ${operatorNames.join(", ")}`,
    );
}

function checkDecorators(parts: readonly string[], path: DocumentPath, report: Report): void {
  const base = parts.at(-1)!;
  const decorators = parts.slice(0, -1);
  const decorated = decorators.find((part) => part !== "not");
  if (listed.includes(base) && decorated !== undefined)
    report(
      path,
      `"${decorated}" does not go with "${base}"`,
      `use "${base}" alone, or other comparisons in any or all`,
    );
  const opposite = opposites[base];
  if (opposite !== undefined && decorators.length > 0)
    report(path, `decorators do not go with "${base}"`, `write {"not": …} around it, or use "${opposite}"`);
  if (customOperators.has(base) && decorators.includes("swap"))
    report(path, `"swap" does not go with "${base}"`, "ask about the other feature");
  // They call for a list on the value's side: swapped that is a feature, and within a list it is one of its entries.
  const last = parts.findLastIndex((part) => overLists.includes(part));
  const before = parts.slice(0, Math.max(0, last));
  if (before.some((part) => part === "swap" || overLists.includes(part)))
    report(path, `"${parts[last]}" looks for a list where none can be`, 'write "someValue" first, and once');
}

const opposites: Readonly<Record<string, string>> = {
  isMissing: "isPresent",
  isPresent: "isMissing",
  inList: "notInList",
  notInList: "inList",
};

/** `{"fact": name}` is no such object; it is looked at first. */
function hasObject(value: unknown): boolean {
  return Array.isArray(value) ? value.some(hasObject) : typeof value === "object" && value !== null;
}

import { type FeatureType, hasType } from "../../domain/feature.ts";
import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import { asksList, asksMissing, isMissingOperator } from "../condition.ts";
import { customOperators } from "../operators/custom.ts";
import type { LeafDocument } from "../policy-schema.ts";
import { operatorOf } from "./comparison.ts";
import type { FindingCode } from "./finding.ts";
import type { LintFeature } from "./lint-feature.ts";
import { isNumeric } from "./values.ts";

/** Why a comparison does not fit its feature. */
export interface Clash {
  readonly code: FindingCode;
  /** The part of the comparison that it is about. */
  readonly at: keyof LeafDocument;
  readonly message: string;
  readonly fix: string;
}

const lists = ["contains", "doesNotContain", "someFact", "everyFact"];
const equalities = ["equal", "notEqual"];
const memberships = ["in", "notIn"];
const overValues = ["someValue", "everyValue"];

/** What is wrong with one comparison, seen by itself. */
export function clashOf(leaf: LeafDocument, features: ReadonlyMap<string, LintFeature>): Clash | undefined {
  const { fact, operator, value } = leaf;
  const feature = features.get(fact);
  if (feature === undefined) return undefined;
  const { base, decorators } = operatorOf(operator);
  if (asksMissing({ operator: base })) return neverMissing(fact, feature);
  if (asksList({ operator: base })) return undefined;
  const list = decorators.includes("swap") ? undefined : [...decorators, base].find((part) => lists.includes(part));
  if (list !== undefined)
    return typeClash(
      "operator",
      `${list} asks for a list, but ${fact} is a single value: it is never true`,
      'use "in" or "equal"',
    );
  const within = decorators.findIndex((part) => overValues.includes(part));
  if (within >= 0) {
    const inner = [...decorators.slice(within + 1), base].join(":");
    const clashes = (value as readonly unknown[]).map((each) =>
      clashOf({ ...leaf, operator: inner, value: each }, features),
    );
    return clashes.find((clash) => clash !== undefined);
  }
  // Swapped, a value may be the list.
  if ([...decorators, base].some((part) => lists.includes(part))) return undefined;

  const other = otherFeature(value);
  if (other !== undefined) return betweenFeatures(fact, feature.type, base, other, features.get(other)?.type);
  // Values were held against them in loading.
  if (customOperators.has(base)) return undefined;
  if (equalities.includes(base)) return equality(fact, feature.type, value);
  if (memberships.includes(base)) return membership(fact, feature.type, value as readonly unknown[]);
  return order(fact, feature.type, base, value);
}

function typeClash(at: keyof LeafDocument, message: string, fix: string): Clash {
  return { code: "type-clash", at, message, fix };
}

function otherFeature(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && "fact" in value ? String(value.fact) : undefined;
}

function neverMissing(fact: string, { presence }: LintFeature): Clash | undefined {
  if (presence === "may-miss") return undefined;
  const because = presence === "always" ? "every event must have it" : "its onMissing gives a default";
  return {
    code: "never-missing",
    at: "operator",
    message: `${fact} is never missing: ${because}`,
    fix: "remove the comparison",
  };
}

function betweenFeatures(
  fact: string,
  type: FeatureType,
  base: string,
  other: string,
  otherType: FeatureType | undefined,
): Clash | undefined {
  if (otherType === undefined) return undefined;
  const custom = customOperators.get(base);
  const numbers = isNumeric(type) && isNumeric(otherType);
  const goes =
    custom === undefined
      ? numbers || (equalities.includes(base) && type === otherType)
      : custom.types.includes(otherType);
  if (goes) return undefined;
  const what = type === otherType ? `both are ${type}` : `${fact} is ${type}, ${other} is ${otherType}`;
  return typeClash("value", `"${base}" does not go with these features: ${what}`, "compare features of the same kind");
}

function equality(fact: string, type: FeatureType, value: unknown): Clash | undefined {
  if (hasType(value, type)) return undefined;
  return typeClash("value", `${fact} is ${type} and never equals ${JSON.stringify(value)}`, mend(type, value));
}

function membership(fact: string, type: FeatureType, values: readonly unknown[]): Clash | undefined {
  if (values.length === 0)
    return typeClash("value", "the list is empty: nothing is ever in it", "name its members, or remove the comparison");
  const wrong = values.filter((value) => !hasType(value, type));
  if (wrong.length === 0) return undefined;
  const shown = wrong.map((value) => JSON.stringify(value)).join(", ");
  return typeClash("value", `${fact} is ${type} and never equals ${shown}`, mend(type, wrong[0]));
}

function order(fact: string, type: FeatureType, base: string, value: unknown): Clash | undefined {
  if (!isNumeric(type))
    return typeClash(
      "operator",
      `"${base}" compares numbers, but ${fact} is ${type}`,
      `use ${equalities.join(", ")} or ${memberships.join(", ")}`,
    );
  return typeof value === "number"
    ? undefined
    : typeClash("value", `"${base}" compares numbers, but ${JSON.stringify(value)} is none`, mend(type, value));
}

function mend(type: FeatureType, value: unknown): string {
  if (value === null) return `ask {"operator": "${isMissingOperator}", "value": true}`;
  if (Array.isArray(value)) return 'use "in" for a list';
  if (typeof value === "number" && isNumeric(type)) return "compare with a whole number";
  const time = typeof value === "string" && type === "timestamp" ? parseIsoTimestamp(value) : undefined;
  if (time !== undefined) return `write milliseconds since 1970: ${time}`;
  if (typeof value === "string" && isNumeric(type) && value.trim() !== "" && hasType(Number(value), type))
    return `write ${Number(value)} without quotes`;
  if (type === "boolean" && (value === "true" || value === "false")) return `write ${value} without quotes`;
  if (type === "string") return `write ${JSON.stringify(String(value))} in quotes`;
  return `compare with a value of type ${type}`;
}

import { type FeatureType, missingReasons } from "../../domain/feature.ts";
import { inListOperator, isMissingOperator, isPresentOperator, notInListOperator } from "../../policy/condition.ts";
import { customOperators } from "../../policy/operators/custom.ts";
import { decoratorNames } from "../../policy/operators/names.ts";
import type { CustomOperator } from "../../policy/operators/operator.ts";
import { plainOperators } from "../../policy/operators/plain.ts";
import { implies, type JsonSchema, skeleton, snippet } from "./json-schema.ts";

/**
 * What a comparison's value, and the type of its feature, must be by its operator. Each case applies only where the
 * operator is its own, so that an editor's message is about the value and not about a choice of forms. It is never stricter
 * than the load of a policy.
 */
export function comparisonSchema(): JsonSchema {
  return {
    allOf: [
      when(`^${isMissingOperator}$`, { value: asksMissing }),
      when(`^${isPresentOperator}$`, { value: asksPresent }),
      when(`^${either([inListOperator, notInListOperator])}`, {
        fact: ofType(["string", "integer"], "Lists hold texts and whole numbers; this feature is neither."),
        value: { allOf: [{ $ref: "#/$defs/list" }] },
      }),
      when(`^(?:not:)*${either(["in", "notIn"])}`, { value: listOfValues }),
      when(`^${either(numeric)}`, { value: numberOrFact }),
      when(`^${before(single)}${either(alike)}|^${before(single, "+")}${either(numeric)}`, {
        value: anyValue,
      }),
      when(`^${overLists}${either([...alike, ...numeric])}`, { value: listOfValues }),
      ...factsOfCustoms(),
      ...customs.flatMap(custom),
    ],
  };
}

const customs = [...customOperators.values()];
const numeric = ["lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"];
const alike = ["equal", "notEqual", "contains", "doesNotContain"];
const ofLists = ["someValue", "everyValue"];
const single = decoratorNames.filter((name) => !ofLists.includes(name));
/** Decorators of which one looks through a list. */
const overLists = `${before(decoratorNames)}(?:${ofLists.join("|")}):${before(decoratorNames)}`;

function before(decorators: readonly string[], often: "*" | "+" = "*"): string {
  return `(?:(?:${decorators.join("|")}):)${often}`;
}

function either(operators: readonly string[]): string {
  return `(?:${operators.join("|")})$`;
}

function namesOfPlain(): readonly string[] {
  return Object.keys(plainOperators).filter((name) => name !== "in" && name !== "notIn");
}

function customsThatCompare(): readonly string[] {
  return customs.filter((each) => each.comparesFacts).map(({ name }) => name);
}

/** A pattern rather than names: an editor would propose names that stand here. */
function when(operator: string, properties: JsonSchema): JsonSchema {
  return implies(
    { properties: { operator: { type: "string", pattern: operator } }, required: ["operator"] },
    { properties },
  );
}

/** Where the value may be another feature. */
export const comparesFacts: JsonSchema = when(`(?:^|:)${either([...namesOfPlain(), ...customsThatCompare()])}`, {
  value: implies({ type: "object" }, { properties: { fact: { $ref: "#/$defs/feature" } } }),
});

const asksPresent: JsonSchema = { type: "boolean", errorMessage: "This operator takes true or false." };
const reasons = [...missingReasons];
const asksMissing: JsonSchema = {
  defaultSnippets: [
    snippet("true", "the feature is missing", true),
    snippet("false", "the feature is there", false),
    snippet('["timeout", "error"]', "it is missing for one of these reasons", ["timeout", "error"]),
  ],
  ...implies(
    { type: "array" },
    { minItems: 1, items: { enum: reasons, errorMessage: `Reasons are ${reasons.join(", ")}.` } },
    {
      enum: [true, false, ...reasons],
      errorMessage: `This operator takes true, false, or reasons: ${reasons.join(", ")}.`,
    },
  ),
};

const otherFact = skeleton('{"fact": …}', "another feature", '{ "fact": "$1" }');

const noObjects: JsonSchema = {
  not: { type: "object" },
  errorMessage: "Features are never compared with objects: give a number, a text, true or false.",
};

const listOfValues: JsonSchema = {
  type: "array",
  items: noObjects,
  errorMessage: 'This operator takes a list: ["a", "b"].',
  defaultSnippets: [skeleton("[ … ]", "a list of values", "[$1]")],
};

function factOr(otherwise: JsonSchema): JsonSchema {
  const fact = {
    properties: { fact: { type: "string" }, path: { type: "string", description: "a path into the feature" } },
    required: ["fact"],
  };
  return implies({ type: "object" }, fact, otherwise);
}

const numberOrFact: JsonSchema = {
  defaultSnippets: [skeleton("0", "a number", "$1"), otherFact],
  ...factOr({ type: "number", errorMessage: 'This operator takes a number, without quotes, or {"fact": name}.' }),
};

const anyValue: JsonSchema = {
  defaultSnippets: [skeleton('"…"', "a text", '"$1"'), otherFact],
  ...factOr({ items: noObjects }),
};

/** Definitions of the values of each operator that json-rules-engine lacks. */
export const customValues: JsonSchema = Object.fromEntries(
  customs.map(({ name, value, example, shape }) => [
    definitionOf(name),
    { ...shape, errorMessage: `"${name}" takes ${value}: ${JSON.stringify(example)}.` },
  ]),
);

function definitionOf(operator: string): string {
  return `value.${operator}`;
}

function custom({ name, value, example, comparesFacts }: CustomOperator): JsonSchema[] {
  const own = { $ref: `#/$defs/${definitionOf(name)}` };
  const defaultSnippets = [snippet(JSON.stringify(example), value, example)];
  return [
    when(`^${before(single.filter((decorator) => decorator !== "swap"))}${name}$`, {
      value: { description: value, defaultSnippets, allOf: [comparesFacts ? factOr(own) : own] },
    }),
    when(`^${overLists}${name}$`, {
      value: {
        type: "array",
        items: own,
        errorMessage: `This looks through a list of values of "${name}": ${JSON.stringify([example])}.`,
      },
    }),
  ];
}

/** Once for all operators that ask about features of the same types. */
function factsOfCustoms(): JsonSchema[] {
  const byTypes = Map.groupBy(customs, ({ types }) => types.join(" or "));
  return [...byTypes].map(([types, operators]) =>
    when(`(?:^|:)${either(operators.map(({ name }) => name))}`, {
      fact: ofType(operators[0]!.types, `This operator asks about features of type ${types}; this one is of another.`),
    }),
  );
}

const allTypes: readonly FeatureType[] = ["double", "integer", "string", "boolean", "timestamp"];

/** Refuses features known to be of other types; unknown ones are refused elsewhere. */
function ofType(types: readonly FeatureType[], errorMessage: string): JsonSchema {
  const others = allTypes.filter((type) => !types.includes(type));
  return { not: { anyOf: others.map((type) => ({ $ref: `#/$defs/${type}` })) }, errorMessage };
}

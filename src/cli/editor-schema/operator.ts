import { inListOperator, isMissingOperator, isPresentOperator, notInListOperator } from "../../policy/condition.ts";
import { customOperators } from "../../policy/operators/custom.ts";
import { decoratorNames, operatorNames } from "../../policy/operators/names.ts";
import { plainOperators } from "../../policy/operators/plain.ts";
import { anyText, type JsonSchema, oneOf } from "./json-schema.ts";

const number = 'Takes a number, or {"fact": name}.';

/** What the operators mean that do not describe themselves. */
const descriptions: Readonly<Record<string, string>> = {
  equal: 'The feature is exactly this. Takes a text, a number, true, false, or {"fact": name}.',
  notEqual: 'The feature is not exactly this. Takes a text, a number, true, false, or {"fact": name}.',
  in: 'The feature is one of these. Takes a list: ["a", "b"].',
  notIn: 'The feature is none of these. Takes a list: ["a", "b"].',
  contains: "The feature is a list, and this is in it. Features are single values: true of none.",
  doesNotContain: "The feature is a list, and this is not in it. Features are single values: true of none.",
  lessThan: `The feature is under this. ${number}`,
  lessThanInclusive: `The feature is this or under it. ${number}`,
  greaterThan: `The feature is over this. ${number}`,
  greaterThanInclusive: `The feature is this or over it. ${number}`,
  [isMissingOperator]:
    'The feature has no value. Takes true (or false, to ask the opposite), or reasons: "timeout", ["error", "timeout"].',
  [isPresentOperator]: "The feature has a value. Takes true (or false, to ask the opposite).",
  [inListOperator]: "The feature is an entry of a list. Takes the name of a list.",
  [notInListOperator]: "The feature is no entry of a list. Takes the name of a list.",
};

function describe(name: string): string {
  const custom = customOperators.get(name);
  if (custom === undefined) return descriptions[name]!;
  const { types, value, words, example } = custom;
  return `The feature (${types.join(" or ")}) ${words[0]} this. Takes ${value}: ${JSON.stringify(example)}.`;
}

/** What may stand in front of which operators. */
const decorated = [
  { decorators: decoratorNames, operators: Object.keys(plainOperators).filter((name) => !/^(in|notIn)$/.test(name)) },
  { decorators: ["not"], operators: ["in", "notIn"] },
  { decorators: decoratorNames.filter((name) => name !== "swap"), operators: [...customOperators.keys()] },
];

/** The operators by name, and those with decorators by their form. */
export const operatorSchema: JsonSchema = anyText(
  {
    type: "string",
    pattern: decorated
      .map(({ decorators, operators }) => `^(?:(?:${decorators.join("|")}):)+(?:${operators.join("|")})$`)
      .join("|"),
    errorMessage: `There is no such operator. The operators are ${operatorNames.join(", ")}. Decorators may stand in front of most, each with a colon: ${decoratorNames.join(", ")}.`,
  },
  oneOf(
    operatorNames.map((name) => ({ name, description: describe(name) })),
    "",
  ),
);

import { pointsType } from "../../policy/policy.ts";
import { comparesFacts } from "./comparison.ts";
import { anyText, fromNames, type JsonSchema, namesFile, oneOf, skeleton } from "./json-schema.ts";
import type { Named, NamedFeature, PolicyNames } from "./names.ts";
import { reasonsOf, valuesOf } from "./names-schema.ts";
import type { Definitions } from "./render.ts";

/** A name; that it is a text lets editors write the quotes. */
function nameOf(definition: string): JsonSchema {
  return { type: "string", ...fromNames(definition) };
}

/** What models name. */
export const manifestDefinitions: Definitions = { feature: nameOf("feature") };

/** What the catalogue names. */
export const catalogueDefinitions: Definitions = { feature: nameOf("feature"), source: nameOf("source") };

/** What any policy names. Its features may be scores, whose names are its own: others are proposed, but none is refused. */
export const policyDefinitions: Definitions = {
  feature: anyText(fromNames("feature"), { type: "string" }),
  given: fromNames("given"),
  missing: fromNames("missing"),
  // Where names of properties are restricted, editors propose those of an enum that stands there itself.
  listKeys: { propertyNames: { $ref: `${namesFile}#/$defs/list` } },
  model: nameOf("model"),
  modelVersion: fromNames("modelVersion"),
  operator: nameOf("operator"),
  comparison: { allOf: [...(fromNames("comparison").allOf as JsonSchema[]), comparesFacts] },
  condition: {
    defaultSnippets: [
      skeleton("a comparison", "one feature, compared", '{ "fact": "$1", "operator": "$2", "value": $3 }'),
      skeleton("all", "true if every one is", '{ "all": [$1] }'),
      skeleton("any", "true if one is", '{ "any": [$1] }'),
      skeleton("not", "true if it is false", '{ "not": {$1} }'),
      skeleton("a shared condition", 'one of those under "conditions"', '{ "condition": "$1" }'),
    ],
  },
  topCondition: {
    not: { type: "object", required: ["fact"] },
    errorMessage: 'A single comparison cannot stand alone: write {"all": [ … ]} around it.',
  },
  rule: {
    defaultSnippets: [
      skeleton(
        "a rule",
        "conditions, and what they ask for",
        `{\n\t"name": "$1",\n\t"description": "$2",\n\t"conditions": {\n\t\t"all": [$3]\n\t},\n\t"event": { "type": "$4", "params": { "reason": "$5" } }\n}`,
      ),
    ],
  },
};

/** What one policy names: the same, and what it declares itself. */
export function definitionsOf(policy: PolicyNames): Definitions {
  const { outcomes, reasons, sharedConditions, rules, scores } = policy;
  return {
    ...policyDefinitions,
    ...(scores && featuresWith(scores.map((score) => ({ ...score, type: "double" })))),
    ...(outcomes && {
      outcome: oneOf(
        outcomes,
        `There is no such outcome: use one of ${listed(outcomes)}, or declare it under "outcomes".`,
      ),
      eventType: oneOf(
        [...outcomes, { name: pointsType, description: 'adds "points" to the sum, and asks for nothing else' }],
        `There is no such outcome: use one of ${listed(outcomes)}, or "${pointsType}".`,
      ),
    }),
    ...(reasons && { reason: oneOf(reasons, 'There is no such reason: declare it under "reasons".') }),
    ...(sharedConditions && {
      sharedCondition: oneOf(sharedConditions, 'There is no such shared condition: declare it under "conditions".'),
    }),
    ...(rules && { ruleName: oneOf(rules, "There is no rule of that name.") }),
  };
}

/** What of a policy's names its tests use. */
export function testsDefinitions(of: Definitions): Definitions {
  const used = ["feature", "given", "missing", "listKeys", "outcome", "reason", "ruleName"] as const;
  return Object.fromEntries(used.flatMap((kind) => (of[kind] === undefined ? [] : [[kind, of[kind]]])));
}

/** Features of the catalogue and these; no others. */
function featuresWith(scores: readonly NamedFeature[]): Definitions {
  const known = { propertyNames: { $ref: "#/$defs/feature" } };
  return {
    feature: scores.length === 0 ? nameOf("feature") : anyText(fromNames("feature"), oneOf(scores, "")),
    given: { allOf: [fromNames("given"), { properties: valuesOf(scores) }, known] },
    missing: { allOf: [fromNames("missing"), { properties: reasonsOf(scores, namesFile) }, known] },
  };
}

function listed(names: readonly Named[]): string {
  return names.map(({ name }) => name).join(", ");
}

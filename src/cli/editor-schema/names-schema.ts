import type { FeatureType } from "../../domain/feature.ts";
import { MissingReason } from "../../policy/policy-schema.ts";
import { comparisonSchema, customValues } from "./comparison.ts";
import { implies, isOneOf, type JsonSchema, namesFile, oneOf, schemaId, toText } from "./json-schema.ts";
import type { CommonNames, Named, NamedFeature, NamedModel } from "./names.ts";
import { operatorSchema } from "./operator.ts";

const types: readonly FeatureType[] = ["double", "integer", "string", "boolean", "timestamp"];

/**
 * The schema file of what several documents name. It is apart so that the others stay small, and change only with their
 * own documents.
 * @param names undefined if they are not known: then nothing is restricted.
 */
export function namesSchema(names: CommonNames | undefined): string {
  const { features, sources, lists, models } = names ?? { features: [], sources: [], lists: [], models: [] };
  const known = (all: readonly Named[], otherwise: string) =>
    names === undefined ? { type: "string" } : oneOf(all, otherwise);
  const byName = Map.groupBy(models, ({ name }) => name);
  const request: Named = { name: "request", description: "the event itself" };
  return toText({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: schemaId(namesFile),
    title: "Names",
    description: "What documents may name: the features, lists and models there are, and the operators.",
    $defs: {
      feature: known(
        features,
        'There is no such feature: use one of features.json, or a score of the policy, declared under "models".',
      ),
      ...Object.fromEntries(types.map((type) => [type, isOneOf(features.filter((each) => each.type === type))])),
      given: { properties: valuesOf(features) },
      missing: { properties: reasonsOf(features) },
      missingReason: MissingReason,
      list: known(
        lists,
        'There is no such list: put its entries, one a line, into lists/NAME.txt beside the policies, or declare it under "lists" in features.json.',
      ),
      source: known([request, ...sources], 'There is no such source: declare it under "sources", or use "request".'),
      model: known(
        [...byName.values()].map(([first]) => first!),
        "There is no such model: its folder lies in models.",
      ),
      // An empty allOf is no JSON Schema.
      modelVersion: { allOf: [{}, ...[...byName].map(([name, all]) => versionOf(name, all))] },
      operator: operatorSchema,
      comparison: comparisonSchema(),
      ...customValues,
    },
  });
}

/** Properties by feature that hold a value of it. */
export function valuesOf(features: readonly NamedFeature[]): JsonSchema {
  return Object.fromEntries(
    features.map(({ name, type, description }) => [name, { type: jsonTypes[type], description }]),
  );
}

/**
 * Properties by feature that hold why it has no value.
 * @param file where the reasons are defined; "" is the same file.
 */
export function reasonsOf(features: readonly Named[], file = ""): JsonSchema {
  return Object.fromEntries(features.map(({ name }) => [name, { $ref: `${file}#/$defs/missingReason` }]));
}

const jsonTypes: Readonly<Record<FeatureType, string>> = {
  double: "number",
  integer: "integer",
  string: "string",
  boolean: "boolean",
  timestamp: "integer",
};

function versionOf(name: string, all: readonly NamedModel[]): JsonSchema {
  const versions = all.map(({ version, description }) => ({ name: version, description }));
  return implies(
    { properties: { model: { type: "string", pattern: `^${name}$` } }, required: ["model"] },
    { properties: { version: oneOf(versions, `There is no such version of ${name}.`) } },
  );
}

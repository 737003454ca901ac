import type { Named } from "./names.ts";

/**
 * JSON Schema 2020-12 with the keywords that editors know besides: `enumDescriptions`, `errorMessage`, `defaultSnippets`.
 * Other validators ignore those.
 */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** One of these names. */
export function oneOf(names: readonly Named[], errorMessage: string): JsonSchema {
  // An empty enum is no JSON Schema.
  if (names.length === 0) return { not: {}, errorMessage };
  return {
    type: "string",
    enum: names.map(({ name }) => name),
    enumDescriptions: names.map(({ description }) => description),
    errorMessage,
  };
}

/** One of these names: for what is only asked, so without a word about each. */
export function isOneOf(names: readonly Named[]): JsonSchema {
  return names.length === 0 ? { not: {} } : { enum: names.map(({ name }) => name) };
}

/**
 * A text that fits one of the schemas. The first is what an editor's message is about; within `allOf` it keeps its own,
 * which an editor would else replace by a list of everything allowed.
 */
export function anyText(first: JsonSchema, ...others: readonly JsonSchema[]): JsonSchema {
  return { type: "string", anyOf: [{ allOf: [first] }, ...others] };
}

/** What fits `condition` must fit `consequence` too; what does not, `otherwise`. */
export function implies(condition: JsonSchema, consequence: JsonSchema, otherwise?: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: condition, then: consequence, ...(otherwise && { else: otherwise }) };
}

/** A value proposed for completion, as it is. */
export function snippet(label: string, description: string, value: unknown): JsonSchema {
  return { label, description, bodyText: plain(JSON.stringify(value, null, "\t")) };
}

/** A form to fill in: `$1`, `$2`, … are the places where the cursor goes. */
export function skeleton(label: string, description: string, bodyText: string): JsonSchema {
  return { label, description, bodyText };
}

/** As text of a snippet, whose own signs are `\`, `$` and `}`. */
function plain(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

/** Where schema files say they are from; also how a generated file is known. */
export function schemaId(name: string): string {
  return `https://verdict.dev/schema/${name}`;
}

/** The schema file of the names that several documents use. */
export const namesFile = "names.json";

/** A definition of that file. The `allOf` lets an editor load it while others refer to this place already. */
export function fromNames(definition: string): JsonSchema {
  return { allOf: [{ $ref: `${namesFile}#/$defs/${definition}` }] };
}

/** As the text of a file. */
export function toText(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

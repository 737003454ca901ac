import { type JsonSchema, toText } from "./json-schema.ts";

/** What parts of documents can refer to by name, or fit besides their own shape. */
const kinds = [
  "comparison",
  "condition",
  "eventType",
  "feature",
  "given",
  "listKeys",
  "missing",
  "model",
  "modelVersion",
  "operator",
  "outcome",
  "reason",
  "rule",
  "ruleName",
  "sharedCondition",
  "source",
  "topCondition",
] as const;
type Kind = (typeof kinds)[number];

/** Schemas by kind. What is not there is not known, and so not restricted. */
export type Definitions = { readonly [Name in Kind]?: JsonSchema };

/**
 * The text of a schema file. Each part marked with `refersTo` becomes one of the names that its definition allows; each
 * marked with `alsoFits` must fit its definition too. Definitions are gathered at the root and named by pointers, the form
 * that every editor understands.
 */
export function renderSchema(schema: object, given: Definitions = {}, over: JsonSchema = {}): string {
  const definitions: Record<string, unknown> = { ...given };
  const rewrite = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(rewrite);
    if (typeof node !== "object" || node === null) return node;
    const { $defs, $ref, $id: _, refersTo, alsoFits, ...rest } = node as Record<string, unknown>;
    if (isKnown(refersTo, given)) return { description: rest.description, $ref: `#/$defs/${refersTo}` };
    for (const [name, definition] of Object.entries((typeof $defs === "object" && $defs) || {}))
      definitions[name] ??= rewrite(definition);
    const children = Object.fromEntries(Object.entries(rest).map(([name, child]) => [name, rewrite(child)]));
    const own = typeof $ref === "string" ? [{ $ref: `#/$defs/${$ref}` }] : [];
    // Not beside a $ref: editors put there what it names, and that may have an allOf too.
    if (isKnown(alsoFits, given)) return { ...children, allOf: [...own, { $ref: `#/$defs/${alsoFits}` }] };
    return { ...children, ...own[0] };
  };
  const body = rewrite(schema) as object;
  const { $id } = schema as { $id?: string };
  return toText({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id,
    ...body,
    ...over,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  });
}

function isKnown(mark: unknown, given: Definitions): mark is Kind {
  if (mark === undefined) return false;
  if (!kinds.includes(mark as Kind)) throw new Error(`a schema is marked with an unknown kind ${JSON.stringify(mark)}`);
  return given[mark as Kind] !== undefined;
}

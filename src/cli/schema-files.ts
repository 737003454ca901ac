import { CatalogueSchema } from "../features/catalogue-schema.ts";
import { ManifestSchema } from "../models/manifest-schema.ts";
import { PolicySchema } from "../policy/policy-schema.ts";

/** The JSON Schema files by name. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return {
    "features.json": render(CatalogueSchema),
    "policy.json": render(PolicySchema),
    "manifest.json": render(ManifestSchema),
  };
}

/** Definitions are gathered at the root and named by pointers, the form that every editor understands. */
function render(schema: object): string {
  const definitions: Record<string, unknown> = {};
  const rewrite = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(rewrite);
    if (typeof node !== "object" || node === null) return node;
    const { $defs, $ref, $id: _, ...rest } = node as Record<string, unknown>;
    for (const [name, definition] of Object.entries((typeof $defs === "object" && $defs) || {}))
      definitions[name] ??= rewrite(definition);
    const children = Object.fromEntries(Object.entries(rest).map(([name, child]) => [name, rewrite(child)]));
    return typeof $ref === "string" ? { ...children, $ref: `#/$defs/${$ref}` } : children;
  };
  const body = rewrite(schema) as object;
  const { $id } = schema as { $id?: string };
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id,
    ...body,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

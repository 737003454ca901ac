import type { SourceKey } from "../domain/event.ts";
import { compileTemplate, parseTemplate, type TemplateScope } from "./template.ts";

/** JSON whose texts are templates; a text that is one {feature} alone stands for its value. */

/** All texts in it. */
export function textsIn(body: unknown): string[] {
  if (typeof body === "string") return [body];
  if (typeof body !== "object" || body === null) return [];
  return Object.values(body).flatMap(textsIn);
}

/** The feature that a text is nothing but a name of. */
export function featureAlone(text: string): string | undefined {
  const pieces = parseTemplate(text) ?? [];
  const [only] = pieces;
  return pieces.length === 1 && only?.kind === "feature" ? only.name : undefined;
}

/** The JSON for one fetch. */
export type MakeBody = (key: SourceKey) => unknown;

/** @throws if a variable is not set. */
export function compileBody(body: unknown, scope: Omit<TemplateScope, "encode">): MakeBody {
  if (typeof body === "string") {
    const feature = featureAlone(body);
    if (feature === undefined) return compileTemplate(body, { ...scope, encode: String });
    const at = scope.features.indexOf(feature);
    return (key) => key[at];
  }
  if (Array.isArray(body)) {
    const items = body.map((item) => compileBody(item, scope));
    return (key) => items.map((make) => make(key));
  }
  if (typeof body !== "object" || body === null) return () => body;
  const fields = Object.entries(body).map(([name, item]) => [name, compileBody(item, scope)] as const);
  return (key) => Object.fromEntries(fields.map(([name, make]) => [name, make(key)]));
}

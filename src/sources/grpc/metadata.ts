import { Metadata } from "@grpc/grpc-js";
import type { SourceKey } from "../../domain/event.ts";
import { bearerOf } from "../credentials.ts";
import { compileTemplate, encodeAscii, featuresIn, type TemplateScope } from "../template.ts";
import type { GrpcEntry } from "./entry.ts";

export interface PreparedMetadata {
  /** For one fetch. */
  make(key: SourceKey): Metadata;
  /** What of it is the same for all fetches, for calls about the service. */
  fixed(): Metadata;
}

/**
 * Prepares an entry's metadata. Values are visible ASCII, everything else percent-encoded, so that none ends its line; those
 * of keys that end in -bin are sent as they are.
 * @throws if a variable is not set, or the token cannot be had.
 */
export function prepareMetadata(
  { metadata: texts = {}, bearer }: GrpcEntry,
  scope: Pick<TemplateScope, "features" | "variable">,
): PreparedMetadata {
  const authorization = bearerOf(bearer, scope.variable);
  const parts = Object.entries(texts).map(([name, text]) => ({
    name,
    isFixed: featuresIn([text]).length === 0,
    render: compileTemplate(text, { ...scope, encode: name.endsWith("-bin") ? String : encodeAscii }),
  }));
  const fixed = parts.filter(({ isFixed }) => isFixed);
  const fill = (chosen: typeof parts, key: SourceKey) => {
    const made = new Metadata();
    for (const { name, render } of chosen) {
      const value = render(key);
      if (name.endsWith("-bin")) made.set(name, Buffer.from(value));
      else setText(made, name, value);
    }
    if (authorization !== undefined) setText(made, "authorization", authorization());
    return made;
  };
  return { make: (key) => fill(parts, key), fixed: () => fill(fixed, []) };
}

/** @throws without the value, which may be a secret. */
export function setText(metadata: Metadata, name: string, value: string): void {
  try {
    metadata.set(name, value);
  } catch {
    throw new Error(
      `"${name}" cannot be sent: it has more than visible ASCII; check the variables or the file it is made of`,
    );
  }
}

import type { SourceKey } from "../domain/event.ts";
import type { FeatureValue } from "../domain/feature.ts";

/** A piece of a template: text as it is, a feature's value, or a variable of the environment. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "feature"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string };

const piecePattern = /\$\{([A-Z][A-Z0-9_]*)\}|(?<!\$)\{([a-z][a-z0-9_]*)\}|([{}])/g;

/**
 * Takes `${DEVICE_URL}/v1/devices/{device_id}` apart. Braces stand for nothing else.
 * @returns undefined where a brace begins or ends no name.
 */
export function parseTemplate(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(piecePattern)) {
    const [whole, variable, feature, stray] = found;
    if (stray !== undefined) return undefined;
    if (found.index > end) pieces.push({ kind: "text", text: text.slice(end, found.index) });
    pieces.push(variable === undefined ? { kind: "feature", name: feature! } : { kind: "variable", name: variable });
    end = found.index + whole.length;
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) });
  return pieces;
}

/** The features that templates name, each once, in the order in which they are named. */
export function featuresIn(texts: readonly string[]): string[] {
  const names = texts.flatMap((text) =>
    (parseTemplate(text) ?? []).flatMap((piece) => (piece.kind === "feature" ? [piece.name] : [])),
  );
  return [...new Set(names)];
}

/** A template with its variables filled in: gives the text for one fetch. */
export type Render = (key: SourceKey) => string;

export interface TemplateScope {
  /** The features whose values come as the key, in its order. */
  readonly features: readonly string[];
  /** @throws if it is not set. */
  readonly variable: (name: string) => string;
  /** What a feature's value becomes in the text. Variables are taken as they are: they are the operator's own. */
  readonly encode: (value: FeatureValue) => string;
}

/** @throws if a variable is not set. */
export function compileTemplate(text: string, { features, variable, encode }: TemplateScope): Render {
  const parts = (parseTemplate(text) ?? []).map((piece): string | number => {
    if (piece.kind === "text") return piece.text;
    return piece.kind === "variable" ? variable(piece.name) : features.indexOf(piece.name);
  });
  return (key) => {
    let made = "";
    for (const part of parts) made += typeof part === "string" ? part : encode(key[part]!);
    return made;
  };
}

/** For headers: visible ASCII as it is, everything else percent-encoded, so that no value ends its line. */
export function encodeAscii(value: FeatureValue): string {
  return String(value).replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}

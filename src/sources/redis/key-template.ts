import type { SourceKey } from "../../domain/event.ts";
import { type Piece, parseTemplate, type Render, type TemplateScope } from "../template.ts";

/** Longer keys are refused: they are no ids but somebody's attempt. */
const maxKeyLength = 4096;

/**
 * Takes a template apart in which doubled braces stand for braces: `{{{customer_id}}}:profile` is a key with a hash tag.
 * @returns undefined where a brace begins or ends no name.
 */
export function parseKeyTemplate(text: string): readonly Piece[] | undefined {
  const parts = text.split(/(\{\{|\}\}(?!\}))/).map((part): readonly Piece[] | undefined => {
    if (part === "{{") return [{ kind: "text", text: "{" }];
    if (part === "}}") return [{ kind: "text", text: "}" }];
    return parseTemplate(part);
  });
  return parts.includes(undefined) ? undefined : joinTexts(parts.flatMap((pieces) => pieces!));
}

function joinTexts(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.kind === "text" && last?.kind === "text")
      joined[joined.length - 1] = { kind: "text", text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}

/** Features that stand side by side: where one ends and the next begins, nobody could tell. */
export function touchingFeatures(pieces: readonly Piece[]): readonly [string, string] | undefined {
  for (const [at, piece] of pieces.entries()) {
    const next = pieces[at + 1];
    if (piece.kind === "feature" && next?.kind === "feature") return [piece.name, next.name];
  }
  return undefined;
}

/**
 * Gives the key of one fetch. Redis takes any text as a key, so nothing is encoded. Where several features stand in one
 * key, a value that holds the text before the next feature is refused: otherwise `a:b` and `c` would ask for the key of
 * `a` and `b:c`, and read somebody else's features.
 * @throws if a variable is not set. The render throws on such a value, and on a key that is too long.
 */
export function compileKey(text: string, { features, variable }: Pick<TemplateScope, "features" | "variable">): Render {
  const pieces = parseKeyTemplate(text) ?? [];
  const parts = pieces.map((piece): string | number => {
    if (piece.kind === "text") return piece.text;
    return piece.kind === "variable" ? variable(piece.name) : features.indexOf(piece.name);
  });
  const last = parts.findLastIndex((part) => typeof part === "number");
  // The text up to the next feature, for each feature but the last.
  const ends = parts.map((part, at) => (typeof part === "number" && at < last ? textFrom(parts, at + 1) : undefined));
  if (ends.includes(""))
    throw new Error("two features of the key stand side by side, since the variable between is empty");
  return (key: SourceKey) => {
    let made = "";
    for (const [at, part] of parts.entries()) {
      const value = typeof part === "string" ? part : String(key[part]!);
      const end = ends[at];
      if (end !== undefined && (value + end).indexOf(end) < value.length)
        throw new Error(
          `the value of ${features[part as number]} holds the text that separates it from the next in the key, which could be read in two ways: separate them by a text that no value has`,
        );
      made += value;
    }
    if (made.length > maxKeyLength)
      throw new Error(`the key has ${made.length} characters, more than the ${maxKeyLength} that are asked for`);
    // Half a character would become another one on the way, and two keys one.
    if (!made.isWellFormed()) throw new Error("the key holds half of a surrogate pair");
    return made;
  };
}

function textFrom(parts: readonly (string | number)[], start: number): string {
  let text = "";
  for (const part of parts.slice(start)) {
    if (typeof part === "number") break;
    text += part;
  }
  return text;
}

/** The features that a key names, each once. */
export function featuresInKey(text: string): string[] {
  const pieces = parseKeyTemplate(text) ?? [];
  return [...new Set(pieces.flatMap((piece) => (piece.kind === "feature" ? [piece.name] : [])))];
}

import type { Condition } from "./condition.ts";
import { explainComparison } from "./explain-comparison.ts";

/** A condition in words, in one line: `amount is over 220 and (country is "FR" or country is "DE")`. */
export function explainCondition(condition: Condition): string {
  return inline(simplified(condition, false));
}

/**
 * A condition in words: one line if it fits, else a heading with what it is made of indented below.
 * @param width characters a line may have.
 * @param taken characters that stand before it on its first line.
 */
export function explainInLines(condition: Condition, width: number, taken: number): readonly string[] {
  return lines(simplified(condition, false), { width, taken, indent: "" });
}

/** A condition as it is said: `not` is part of the words, groups of one are gone. */
type Said =
  | { readonly kind: "words"; readonly words: string; readonly label: string | undefined }
  | { readonly kind: "all" | "any"; readonly parts: readonly Said[]; readonly label: string | undefined }
  /** A labelled condition is denied as a whole: its label tells what does not hold. */
  | { readonly kind: "deny"; readonly part: Said; readonly label: string | undefined };

function simplified(condition: Condition, negated: boolean): Said {
  const { label } = condition;
  if (label !== undefined && negated) return { kind: "deny", part: simplified(condition, false), label: undefined };
  switch (condition.kind) {
    case "leaf":
      return { kind: "words", words: explainComparison(condition, negated), label };
    case "not":
      return labelled(simplified(condition.child, !negated), label);
    default: {
      const parts = condition.children.map((child) => simplified(child, negated));
      if (parts.length === 1) return labelled(parts[0]!, label);
      return { kind: (condition.kind === "all") === negated ? "any" : "all", parts, label };
    }
  }
}

/** The outer label is the nearer to the reader; an inner one is still worth reading. */
function labelled(said: Said, label: string | undefined): Said {
  if (label === undefined) return said;
  return { ...said, label: said.label === undefined ? label : `${label}: ${said.label}` };
}

const denial = "not so: ";

function inline(said: Said): string {
  const text = withoutLabel(said);
  return said.label === undefined ? text : `${said.label} (${text})`;
}

function withoutLabel(said: Said): string {
  if (said.kind === "words") return said.words;
  if (said.kind === "deny") return `${denial}${inline(said.part)}`;
  const word = said.kind === "all" ? "and" : "or";
  const texts = said.parts.map((part) =>
    part.label === undefined && part.kind !== "words" ? `(${inline(part)})` : inline(part),
  );
  return `${texts.slice(0, -1).join(", ")} ${word} ${texts.at(-1)}`;
}

interface Room {
  readonly width: number;
  /** Characters before the first line. */
  readonly taken: number;
  /** Before every other line. */
  readonly indent: string;
}

function lines(said: Said, { width, taken, indent }: Room): readonly string[] {
  const text = inline(said);
  if (text.length <= width - taken || said.kind === "words") return [text];
  if (said.kind === "deny") {
    const [heading, ...rest] = lines(said.part, { width, taken: taken + denial.length, indent });
    return [`${denial}${heading}`, ...rest];
  }
  const heading = said.kind === "all" ? "all of these hold" : "any of these holds";
  const inner = `${indent}  `;
  const parts = said.parts.flatMap((part) => {
    const [first, ...rest] = lines(part, { width, taken: inner.length + "- ".length, indent: inner });
    return [`${inner}- ${first}`, ...rest];
  });
  return [said.label === undefined ? `${heading}:` : `${said.label} (${heading}):`, ...parts];
}

import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Static, TSchema } from "typebox";
import { check } from "./check.ts";
import type { Problem } from "./problem.ts";
import type { DocumentPath, Report } from "./report.ts";

/** A parsed document that has the shape of its schema, and still knows where each part stands in the text. */
export interface Document<Value> {
  readonly file: string;
  readonly value: Value;
  /** Adds a problem at a path of this document to the list it was parsed with. */
  readonly report: Report;
  /** The line, from 1, at which a part begins. */
  readonly lineOf: (path: DocumentPath) => number;
}

/**
 * Parses strict JSON and checks it against a schema.
 * @param problems receives everything that is wrong.
 * @returns undefined if the text has not the schema's shape; the problems say why.
 */
export function parseDocument<Schema extends TSchema>(
  file: string,
  text: string,
  schema: Schema,
  problems: Problem[],
): Document<Static<Schema>> | undefined {
  const lineOf = lineIndex(text);
  const add = (offset: number, path: DocumentPath, message: string, fix: string) => {
    const { line, column } = lineOf(offset);
    problems.push({ file, line, column, path: formatPath(path), message, fix });
  };

  if (text.length > maxCharacters || nesting(text) > maxNesting) {
    add(
      0,
      [],
      "the document is too large or nested too deep",
      `keep it under ${maxCharacters} characters and ${maxNesting} levels`,
    );
    return undefined;
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  for (const error of errors) {
    add(
      error.offset,
      [],
      `not valid JSON: ${syntaxMessages[printParseErrorCode(error.error)] ?? "unexpected text"}`,
      syntaxFix,
    );
  }
  if (root === undefined || errors.length > 0) {
    if (errors.length === 0) add(0, [], "the file is empty", "write a JSON object");
    return undefined;
  }

  const before = problems.length;
  reportDuplicateKeys(root, [], (node, path, name) =>
    add(node.offset, path, `the property "${name}" stands twice in one object`, "keep one of the two"),
  );
  const value = toValue(root);
  const report: Report = (path, message, fix) => add(locate(root, path).offset, path, message, fix);
  check(schema, value, report);
  return problems.length > before
    ? undefined
    : { file, value: value as Static<Schema>, report, lineOf: (path) => lineOf(locate(root, path).offset).line };
}

/** `$.rules[3].event.type` */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return /^[A-Za-z_$][\w$]*$/.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, "$");
}

const maxCharacters = 16_000_000;
const maxNesting = 100;

/**
 * An upper bound of how deep the parser will nest; bounds the recursion of everything that walks the document. Brackets
 * within texts do not count, and a closing one only closes its own kind, as in the parser.
 */
function nesting(text: string): number {
  const scanner = createScanner(text);
  const open: string[] = [];
  let deepest = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const token = scanner.getTokenLength() === 1 ? text[scanner.getTokenOffset()] : undefined;
    if (token === "{" || token === "[") deepest = Math.max(deepest, open.push(token === "{" ? "}" : "]"));
    else if (token !== undefined && token === open.at(-1)) open.pop();
  }
  return deepest;
}

const syntaxFix = "documents are strict JSON: no comments, no trailing commas, double quotes around names and texts";

const syntaxMessages: Readonly<Record<string, string>> = {
  InvalidSymbol: "an unknown word",
  InvalidNumberFormat: "a malformed number",
  PropertyNameExpected: "a property name in double quotes is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing brace is expected",
  CloseBracketExpected: "a closing bracket is expected",
  EndOfFileExpected: "more text follows the end of the document",
  InvalidCommentToken: "comments are not allowed",
  UnexpectedEndOfComment: "comments are not allowed",
  UnexpectedEndOfString: "a text is not closed",
  UnexpectedEndOfNumber: "a number is cut off",
  InvalidUnicode: "a malformed \\u escape",
  InvalidEscapeCharacter: "an unknown escape after a backslash",
  InvalidCharacter: "a character that is not allowed here",
};

/** The node at a path, or the nearest one above it that exists. A property's place is that of its name. */
function locate(root: Node, path: DocumentPath): Node {
  let node = root;
  let place = root;
  for (const step of path) {
    if (typeof step === "number") {
      const item = node.type === "array" ? node.children?.[step] : undefined;
      if (item === undefined) return place;
      node = place = item;
    } else {
      const property: Node | undefined =
        node.type === "object" ? node.children?.find((child) => child.children?.[0]?.value === step) : undefined;
      const value = property?.children?.[1];
      if (property === undefined || value === undefined) return place;
      place = property;
      node = value;
    }
  }
  return place;
}

/** Like jsonc-parser's getNodeValue, but `__proto__` becomes an ordinary own property. */
function toValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(toValue);
  if (node.type !== "object") return node.value;
  const object: Record<string, unknown> = {};
  for (const property of node.children ?? []) {
    const [name, value] = property.children ?? [];
    if (name === undefined || value === undefined) continue;
    Object.defineProperty(object, name.value as string, {
      value: toValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function reportDuplicateKeys(
  node: Node,
  path: DocumentPath,
  report: (node: Node, path: DocumentPath, name: string) => void,
): void {
  const seen = new Set<string>();
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.type === "array") reportDuplicateKeys(child, [...path, index], report);
    if (node.type !== "object") continue;
    const [name, value] = child.children ?? [];
    if (name === undefined || value === undefined) continue;
    const childPath = [...path, name.value as string];
    if (seen.has(name.value)) report(name, childPath, name.value);
    seen.add(name.value);
    reportDuplicateKeys(value, childPath, report);
  }
}

function lineIndex(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [line, after] = [0, starts.length];
    while (after - line > 1) {
      const middle = (line + after) >>> 1;
      if (starts[middle]! <= offset) line = middle;
      else after = middle;
    }
    return { line: line + 1, column: offset - starts[line]! + 1 };
  };
}

import type { ASTNode } from "@marcbachmann/cel-js";
import { localTimeIn } from "../domain/time-zone.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";

/** What is wrong with an expression that has the right types all the same. */
export interface ExpressionFault {
  readonly message: string;
  /** In characters from the beginning of the expression. */
  readonly offset: number;
}

type Call = { readonly name: string; readonly receiver: ASTNode | undefined; readonly args: readonly ASTNode[] };

/**
 * Refuses what the CEL library does otherwise than a decision can bear: patterns that may take for ever, time zones by
 * the slow way, and calls on fixed texts that would fail, or give a wrong value, for every event.
 */
export function faultOf(
  expression: string,
  ast: ASTNode,
  evaluate: (expression: string) => unknown,
): ExpressionFault | undefined {
  for (const node of nodes(ast)) {
    const call = callOf(node);
    const message = call && (wrongFunction(call) ?? wrongLiteral(call, textOf(expression, node), evaluate));
    if (message !== undefined) return { message, offset: node.range?.start ?? 0 };
  }
  return undefined;
}

const getters = /^get(FullYear|Month|Date|DayOfMonth|DayOfWeek|DayOfYear|Hours|Minutes|Seconds|Milliseconds)$/;

function wrongFunction({ name, receiver, args }: Call): string | undefined {
  if (receiver === undefined) return undefined;
  if (name === "matches")
    return "matches() may take for ever with some texts: write text.matchesRe2('^[A-Z]{2}'), which never does";
  if (getters.test(name) && args.length > 0)
    return `${name}() with a time zone is slow: write localTime(time, 'Europe/Berlin').${name}()`;
  return undefined;
}

/** A call whose every argument is written out gives the same for every event: it can be tried now. */
function wrongLiteral(
  { name, receiver, args }: Call,
  text: string,
  evaluate: (expression: string) => unknown,
): string | undefined {
  const literals = args.map(literalOf);
  const [first, second] = literals;
  if (name === "timestamp" && typeof first === "string" && parseIsoTimestamp(first) === undefined)
    return `${JSON.stringify(first)} is not a time: write it as '2026-11-01T10:00:00Z'`;
  if (name === "localTime" && typeof second === "string" && localTimeIn(second) === undefined)
    return `there is no time zone ${JSON.stringify(second)}`;
  if (name === "int" && first === "") return "an empty text is no number";
  const fixed = (receiver === undefined || literalOf(receiver) !== undefined) && args.length > 0;
  if (!fixed || literals.includes(undefined)) return undefined;
  try {
    evaluate(text);
    return undefined;
  } catch (error) {
    return `${text} fails for every event: ${(error as Error).message.split("\n")[0]}`;
  }
}

function literalOf(node: ASTNode): unknown {
  return node.op === "value" ? node.args : undefined;
}

function callOf({ op, args }: ASTNode): Call | undefined {
  if (op === "call") {
    const [name, list] = args as unknown as [string, ASTNode[]];
    return { name, receiver: undefined, args: list };
  }
  if (op !== "rcall") return undefined;
  const [name, receiver, list] = args as unknown as [string, ASTNode, ASTNode[]];
  return { name, receiver, args: list };
}

function textOf(expression: string, { range }: ASTNode): string {
  return expression.slice(range?.start ?? 0, range?.end);
}

function* nodes(node: unknown): Generator<ASTNode> {
  if (Array.isArray(node)) for (const item of node) yield* nodes(item);
  else if (typeof node === "object" && node !== null && "op" in node) {
    yield node as ASTNode;
    yield* nodes((node as ASTNode).args);
  }
}

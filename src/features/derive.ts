import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { type FeatureType, type FeatureValue, type Fetched, hasType, Missing } from "../domain/feature.ts";
import { distanceKm, parsePlace } from "../domain/place.ts";
import { localTimeIn } from "../domain/time-zone.ts";
import { faultOf } from "./check-expression.ts";

/** A CEL expression over features, typed when it was compiled. */
export interface Derivation {
  /** The features it reads, in the order `evaluate` takes their values. */
  readonly inputs: readonly string[];
  /** Never throws: an evaluation error, a division by zero or a result beyond what its type can hold is `Missing.error`. */
  readonly evaluate: (inputs: readonly FeatureValue[]) => Fetched;
}

/** An expression that does not compile. `offset` counts characters into the expression. */
export interface DerivationError {
  readonly message: string;
  readonly offset: number;
}

const celTypes: Readonly<Record<FeatureType, string>> = {
  double: "double",
  integer: "int",
  string: "string",
  boolean: "bool",
  timestamp: "google.protobuf.Timestamp",
};

/** Limits on what one expression may cost; CEL has no loops but its macros over lists. */
const limits = { maxAstNodes: 500, maxDepth: 50, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 16 };

/**
 * A compiler of expressions over the given features.
 * @param types every feature an expression may name.
 */
export function derivationCompiler(
  types: ReadonlyMap<string, FeatureType>,
): (expression: string, type: FeatureType) => Derivation | DerivationError {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits });
  environment.registerFunction("distanceKm(string, string): double", distanceBetween);
  environment.registerFunction("localTime(google.protobuf.Timestamp, string): google.protobuf.Timestamp", localTime);
  environment.registerFunction("string.matchesRe2(string): bool", patterns());
  for (const [name, type] of types) environment.registerVariable(name, celTypes[type]);

  return (expression, type) => {
    try {
      const program = environment.parse(expression);
      const checked = program.check();
      if (!checked.valid) return describe(checked.error);
      if (checked.type !== celTypes[type]) {
        return {
          message: `the expression gives ${checked.type}, but the feature is declared ${type} (CEL ${celTypes[type]})`,
          offset: 0,
        };
      }
      const fault = faultOf(expression, program.ast, (part) => environment.evaluate(part));
      if (fault !== undefined) return fault;
      const inputs = [...variables(program.ast)].filter((name) => types.has(name));
      return {
        inputs,
        evaluate: evaluator(
          inputs.map((name) => [name, toCel[types.get(name)!]]),
          program,
          type,
        ),
      };
    } catch (error) {
      return describe(error);
    }
  };
}

/** `distanceKm(a, b)` of two places written `"latitude,longitude"`. */
function distanceBetween(from: string, to: string): number {
  const [start, end] = [parsePlace(from), parsePlace(to)];
  if (start === undefined || end === undefined) throw new Error("not a place");
  return distanceKm(start, end);
}

/** `localTime(time, 'Europe/Berlin')`: a time whose getters read as the clock and the calendar of the zone. */
function localTime(time: Date, zone: string): Date {
  const local = localTimeIn(zone);
  if (local === undefined) throw new Error("there is no such time zone");
  return new Date(local(time.getTime()));
}

const maxPatterns = 1_000;

/** `text.matchesRe2(pattern)`: found anywhere in the text, in time that grows with the text alone. */
function patterns(): (text: string, pattern: string) => boolean {
  const compiled = new Map<string, RE2JS>();
  return (text, pattern) => {
    let known = compiled.get(pattern);
    if (known === undefined) {
      known = RE2JS.compile(pattern);
      if (compiled.size >= maxPatterns) compiled.clear();
      compiled.set(pattern, known);
    }
    return known.test(text);
  };
}

type ToCel = (value: FeatureValue) => unknown;

const same: ToCel = (value) => value;
const toCel: Readonly<Record<FeatureType, ToCel>> = {
  double: same,
  string: same,
  boolean: same,
  integer: (value) => BigInt(value),
  timestamp: (value) => new Date(value as number),
};

function evaluator(
  variables: readonly (readonly [string, ToCel])[],
  program: (context: Record<string, unknown>) => unknown,
  type: FeatureType,
): Derivation["evaluate"] {
  return (values) => {
    const context: Record<string, unknown> = {};
    for (const [index, [name, convert]] of variables.entries()) context[name] = convert(values[index]!);
    try {
      const value = fromCel(program(context));
      // Division of doubles by zero gives an infinity in CEL, and its int is wider than what a number holds exactly: no
      // rule or model can mean anything by either.
      return hasType(value, type) ? value : Missing.error;
    } catch {
      return Missing.error;
    }
  };
}

function fromCel(result: unknown): unknown {
  if (result instanceof Date) return result.getTime();
  return typeof result === "bigint" ? Number(result) : result;
}

function variables(node: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(node)) for (const item of node) variables(item, found);
  else if (typeof node === "object" && node !== null && "op" in node) {
    const { op, args } = node as ASTNode;
    if (op === "id") found.add(args as string);
    else variables(args, found);
  }
  return found;
}

function describe(error: unknown): DerivationError {
  const { summary, message, range } = error as { summary?: string; message?: string; range?: { start: number } };
  return { message: summary ?? message?.split("\n")[0] ?? "cannot be parsed", offset: range?.start ?? 0 };
}

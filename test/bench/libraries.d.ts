/**
 * The little of the compared libraries that is used here. They are installed by `make bench` alone, and the types must
 * check without them.
 */
declare module "@gorules/zen-engine" {
  export class ZenDecisionContent {
    constructor(content: object);
  }
  export interface ZenDecision {
    evaluate(context: object): Promise<{ readonly result: unknown }>;
  }
  export class ZenEngine {
    createDecision(content: ZenDecisionContent): ZenDecision;
    dispose(): void;
  }
}

declare module "@bufbuild/cel" {
  export interface Environment {
    readonly namespace: string;
  }
  export interface ParsedExpression {
    readonly sourceInfo: unknown;
  }
  export function celEnv(options: { readonly funcs: readonly object[] }): Environment;
  export function parse(expression: string): ParsedExpression;
  export function plan(environment: Environment, expression: ParsedExpression): (bindings: object) => unknown;
  export function isCelError(value: unknown): value is Error;
  export function isCelUint(value: unknown): value is { readonly value: bigint };
  export function isCelList(value: unknown): value is Iterable<unknown>;
  export function isCelMap(value: unknown): value is ReadonlyMap<unknown, unknown>;
  export function isCelType(value: unknown): value is { readonly name: string };
}

declare module "@bufbuild/cel/ext" {
  export const strings: readonly object[];
}

declare module "cel-js" {
  export interface SyntaxTree {
    readonly name: string;
  }
  export function parse(
    expression: string,
  ):
    | { readonly isSuccess: true; readonly cst: SyntaxTree }
    | { readonly isSuccess: false; readonly errors: readonly string[] };
  export function evaluate(expression: SyntaxTree, context: object): unknown;
}

declare module "@bufbuild/cel-spec/testdata/conformance.js" {
  /** cel.expr.conformance.test.SimpleTestFile, its sections and tests in the JSON form of protobuf. */
  export const tests: {
    readonly suites: readonly {
      readonly name: string;
      readonly suites?: readonly { readonly name: string; readonly tests: readonly { readonly original: object }[] }[];
    }[];
  };
}

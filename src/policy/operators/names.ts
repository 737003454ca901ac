import { inListOperator, isMissingOperator, isPresentOperator, notInListOperator } from "../condition.ts";
import { customOperators } from "./custom.ts";
import { decorators, plainOperators } from "./plain.ts";

/** Every operator that a condition may name. */
export const operatorNames: readonly string[] = [
  ...Object.keys(plainOperators),
  isMissingOperator,
  isPresentOperator,
  inListOperator,
  notInListOperator,
  ...customOperators.keys(),
];

/** What may stand before an operator, with a colon. */
export const decoratorNames: readonly string[] = Object.keys(decorators);

import { numberOperators } from "./number.ts";
import type { CustomOperator } from "./operator.ts";
import { placeOperators } from "./place.ts";
import { textOperators } from "./text.ts";
import { timeOperators } from "./time.ts";

/** Operators besides those of json-rules-engine, by name. Those about missing features and lists are apart: they ask more than a value. */
export const customOperators: ReadonlyMap<string, CustomOperator> = new Map(
  [...textOperators, ...numberOperators, ...placeOperators, ...timeOperators].map((each) => [each.name, each]),
);

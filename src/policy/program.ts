import type { Facts } from "../domain/facts.ts";

/** Values of the distinct facts, by index: undefined while pending, null where missing. */
export type Values = readonly unknown[];

/** A truth as a program answers it: numbers are what is fastest to hand on. */
export const isFalse = 0;
export const isTrue = 1;
export const isUnknown = 2;

/** A compiled condition. @returns one of the three truths above. */
export type Program = (values: Values, facts: Facts) => number;

/** The index of a fact in the values. */
export type IndexOf = (fact: string) => number;

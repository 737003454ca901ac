import { clean, leaf } from "../support/lint.ts";

export const review = { type: "review", params: { reason: "R" } };
export const decline = { type: "decline", params: { reason: "R" } };
export const points = (given: number) => ({ type: "points", params: { points: given } });
export const rollout = (percent: number, by = "code") => ({ rollout: { percent, by } });
/** Rules that ask for every outcome, beside the one in question. */
export const others = (clean as { rules: readonly object[] }).rules;
export const withRule = (...rules: readonly object[]) => ({ rules: [...others, ...rules] });
export const small = leaf("amount", "lessThan", 1);
export const large = leaf("amount", "greaterThan", 1);
export const middle = leaf("amount", "equal", 5);

/** Parts of the clean policy replaced, and what is found then: `code path: message | mend`. */
export type Cases = Readonly<Record<string, readonly [parts: object, ...findings: string[]]>>;

import { RE2JS } from "re2js";
import type { CustomOperator } from "./operator.ts";

const maxPatternLength = 1_000;

const startsWith: CustomOperator = {
  name: "startsWith",
  types: ["string"],
  comparesFacts: true,
  value: "the text it begins with",
  example: "4571",
  shape: { type: "string", minLength: 1 },
  words: ["begins with", "does not begin with"],
  cost: 1,
  prepare(value) {
    if (typeof value !== "string" || value === "")
      return { message: '"startsWith" needs a text', fix: 'write the text in quotes: "4571"' };
    return (actual) => typeof actual === "string" && actual.startsWith(value);
  },
};

/** RE2: no look-around and no back references, and so time that grows with the text alone. */
const matches: CustomOperator = {
  name: "matches",
  types: ["string"],
  comparesFacts: false,
  value: "an RE2 pattern that is found anywhere in the text (anchor it with ^ and $)",
  example: "^[A-Z]{2}[0-9]{2}",
  shape: { type: "string", minLength: 1, maxLength: maxPatternLength },
  words: ["matches", "does not match"],
  cost: 100,
  prepare(value) {
    if (typeof value !== "string" || value === "" || value.length > maxPatternLength)
      return {
        message: `"matches" needs a pattern of 1 to ${maxPatternLength} characters`,
        fix: 'write it in quotes: "^[A-Z]{2}"',
      };
    try {
      const pattern = RE2JS.compile(value);
      return (actual) => typeof actual === "string" && pattern.test(actual);
    } catch (error) {
      return {
        message: `the pattern ${JSON.stringify(value)} cannot be read: ${(error as Error).message}`,
        fix: "write it in RE2 syntax: no look-around, no back references",
      };
    }
  },
};

export const textOperators: readonly CustomOperator[] = [startsWith, matches];

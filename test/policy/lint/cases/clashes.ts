import { leaf, rule } from "../support/lint.ts";
import { type Cases, middle, review, withRule } from "./parts.ts";

export const clashes: Cases = {
  "a number in quotes": [
    withRule(rule("r", [leaf("amount", "notEqual", "5"), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: amount is double and never equals "5" | write 5 without quotes',
  ],
  "a truth in quotes": [
    withRule(rule("r", [leaf("known", "notEqual", "true"), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: known is boolean and never equals "true" | write true without quotes',
  ],
  "a text without quotes": [
    withRule(rule("r", [leaf("code", "notIn", ["a", 5]), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: code is string and never equals 5 | write "5" in quotes',
  ],
  "half an event": [
    withRule(rule("r", [leaf("count", "notEqual", 1.5), middle], review)),
    "type-clash $.rules[2].conditions.all[0].value: count is integer and never equals 1.5 | compare with a whole number",
  ],
  "a date as text": [
    withRule(rule("r", [leaf("since", "notEqual", "1970-01-01T00:00:01Z"), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: since is timestamp and never equals "1970-01-01T00:00:01Z" | write milliseconds since 1970: 1000',
  ],
  null: [
    withRule(rule("r", [leaf("code", "notEqual", null), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: code is string and never equals null | ask {"operator": "isMissing", "value": true}',
  ],
  "a list where one value is meant": [
    withRule(rule("r", [leaf("code", "notEqual", ["a"]), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: code is string and never equals ["a"] | use "in" for a list',
  ],
  "an empty list": [
    withRule(rule("r", [leaf("code", "notIn", []), middle], review)),
    "type-clash $.rules[2].conditions.all[0].value: the list is empty: nothing is ever in it | name its members, or remove the comparison",
  ],
  "the order of a text": [
    withRule(rule("r", [leaf("country", "lessThan", 5), middle], review)),
    'type-clash $.rules[2].conditions.all[0].operator: "lessThan" compares numbers, but country is string | use equal, notEqual or in, notIn',
  ],
  "a text as a bound": [
    withRule(rule("r", [leaf("amount", "not:lessThan", "5"), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: "lessThan" compares numbers, but "5" is none | write 5 without quotes',
  ],
  "features of different kinds": [
    withRule(rule("r", [leaf("country", "notEqual", { fact: "count" }), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: "notEqual" does not go with these features: country is string, count is integer | compare features of the same kind',
  ],
  "the order of texts": [
    withRule(rule("r", [leaf("country", "lessThan", { fact: "code" }), middle], review)),
    'type-clash $.rules[2].conditions.all[0].value: "lessThan" does not go with these features: both are string | compare features of the same kind',
  ],
  "a list asked of a single value": [
    withRule(rule("r", [leaf("country", "not:contains", "F"), middle], review)),
    'type-clash $.rules[2].conditions.all[0].operator: contains asks for a list, but country is a single value: it is never true | use "in" or "equal"',
  ],
  "the absence of what every event has": [
    withRule(rule("r", [leaf("amount", "isPresent", true), middle], review)),
    "never-missing $.rules[2].conditions.all[0].operator: amount is never missing: every event must have it | remove the comparison",
  ],
  "the absence of what has a default": [
    withRule(rule("r", [leaf("code", "isMissing", false), middle], review)),
    "never-missing $.rules[2].conditions.all[0].operator: code is never missing: its onMissing gives a default | remove the comparison",
  ],
  "a number in quotes among several": [
    withRule(rule("r", [{ any: [leaf("amount", "someValue:lessThan", [1, "9"]), middle] }], review)),
    'type-clash $.rules[2].conditions.all[0].any[0].value: "lessThan" compares numbers, but "9" is none | write 9 without quotes',
  ],
  "a number in quotes on the other side": [
    withRule(rule("r", [{ any: [leaf("amount", "swap:lessThan", "9"), middle] }], review)),
    'type-clash $.rules[2].conditions.all[0].any[0].value: "lessThan" compares numbers, but "9" is none | write 9 without quotes',
  ],
  "a list asked of a single value by an operator of Verdict's own": [
    withRule(rule("r", [{ any: [leaf("country", "someFact:startsWith", "F"), middle] }], review)),
    'type-clash $.rules[2].conditions.all[0].any[0].operator: someFact asks for a list, but country is a single value: it is never true | use "in" or "equal"',
  ],
  "a time compared with a text": [
    withRule(rule("r", [{ any: [leaf("since", "before", { fact: "country" }), middle] }], review)),
    'type-clash $.rules[2].conditions.all[0].any[0].value: "before" does not go with these features: since is timestamp, country is string | compare features of the same kind',
  ],
  "a path": [
    withRule(rule("r", [{ ...leaf("code", "equal", "a"), path: "$.x" }, middle], review)),
    "path-ignored $.rules[2].conditions.all[0].path: code is a single value: the path leads nowhere | remove it",
  ],
  "one in a shared condition, told once": [
    {
      conditions: { shared: { any: [leaf("code", "equal", 1), { not: leaf("code", "equal", "a") }] } },
      ...withRule(rule("r", [{ condition: "shared" }, middle], review), rule("s", [{ condition: "shared" }], review)),
    },
    'implied-rule $.rules[2]: whenever it fires, "s" fires too and asks for review | remove it, or mend the conditions of one of the two',
    'type-clash $.conditions.shared.any[0].value: code is string and never equals 1 | write "1" in quotes',
  ],
};

import { leaf, rule } from "../support/lint.ts";
import { type Cases, large, middle, others, review, small, withRule } from "./parts.ts";

const mendNever = "mend the conditions, or remove the rule";
const never = "never-fires $.rules[2].conditions: never fires:";

export const firing: Cases = {
  "bounds that exclude each other": [
    withRule(rule("r", [leaf("amount", "greaterThan", 3), leaf("amount", "lessThanInclusive", 3)])),
    `${never} it cannot be that amount is over 3 and amount is at most 3 | ${mendNever}`,
  ],
  "bounds with no whole number between": [
    withRule(rule("r", [leaf("count", "greaterThan", 1), leaf("count", "lessThan", 2)], review)),
    `${never} it cannot be that count is over 1 and count is under 2 | ${mendNever}`,
  ],
  "fewer than nothing counted": [
    withRule(rule("r", [leaf("count", "lessThan", 0)], review)),
    `${never} it cannot be that count is under 0 | ${mendNever}`,
  ],
  "a text that is two at once, in a list and under not": [
    withRule(rule("r", [leaf("country", "in", ["a", "b"]), { not: leaf("country", "notEqual", "c") }], review)),
    `${never} it cannot be that country is one of ("a", "b") and country is "c" | ${mendNever}`,
  ],
  "a shared condition and its denial": [
    {
      conditions: { shared: { name: "odd", all: [leaf("country", "equal", "a"), middle] } },
      ...withRule(rule("r", [{ condition: "shared" }, { not: { condition: "shared" } }], review)),
    },
    `${never} its conditions exclude each other | ${mendNever}`,
  ],
  "two features each over the other": [
    withRule(
      rule(
        "r",
        [leaf("amount", "greaterThan", { fact: "count" }), leaf("count", "greaterThanInclusive", { fact: "amount" })],
        review,
      ),
    ),
    `${never} it cannot be that amount is over count and count is at least amount | ${mendNever}`,
  ],
  "a number between bounds and beside them": [
    withRule(rule("r", [leaf("amount", "between", [3, 5]), leaf("amount", "not:between", [2, 6])], review)),
    `${never} it cannot be that amount is between (3, 5) and amount is not between (2, 6) | ${mendNever}`,
  ],
  "a day before the days": [
    withRule(
      rule(
        "r",
        [
          leaf("since", "dateBetween", { from: "2026-11-27", to: "2026-11-30" }),
          leaf("since", "before", "2026-11-27T00:00:00Z"),
        ],
        review,
      ),
    ),
    `${never} it cannot be that since is on the days from 2026-11-27, to 2026-11-30 and since is before "2026-11-27T00:00:00Z" | ${mendNever}`,
  ],
  "nothing, where the days are those of another zone": [
    withRule(
      rule(
        "r",
        [
          leaf("since", "dateBetween", { from: "2026-11-27", to: "2026-11-30", zone: "Asia/Tokyo" }),
          leaf("since", "before", "2026-11-27"),
        ],
        review,
      ),
    ),
  ],
  "a text that begins otherwise": [
    withRule(rule("r", [leaf("country", "startsWith", "ab"), leaf("country", "in", ["a", "bc"])], review)),
    `${never} it cannot be that country begins with "ab" and country is one of ("a", "bc") | ${mendNever}`,
  ],
  "two beginnings": [
    withRule(rule("r", [leaf("country", "startsWith", "ab"), leaf("country", "startsWith", "b")], review)),
    `${never} it cannot be that country begins with "ab" and country begins with "b" | ${mendNever}`,
  ],
  "a longer beginning without the shorter": [
    withRule(rule("r", [leaf("country", "startsWith", "abc"), leaf("country", "not:startsWith", "ab")], review)),
    `${never} it cannot be that country begins with "abc" and country does not begin with "ab" | ${mendNever}`,
  ],
  "in a list and not in it": [
    withRule(rule("r", [leaf("country", "inList", "listed"), leaf("country", "notInList", "listed")], review)),
    `${never} it cannot be that country is in the list "listed" and country is not in the list "listed" | ${mendNever}`,
  ],
  "hours and not those hours": [
    withRule(
      rule(
        "r",
        [
          leaf("since", "timeOfDayBetween", { from: "22:00", to: "06:00" }),
          { not: leaf("since", "timeOfDayBetween", { from: "22:00", to: "06:00" }) },
        ],
        review,
      ),
    ),
    `${never} it cannot be that since is in the hours from 22:00, to 06:00 and since is not in the hours from 22:00, to 06:00 | ${mendNever}`,
  ],
  "a time before one that it is after": [
    withRule(
      rule(
        "r",
        [leaf("since", "before", { fact: "amount" }), leaf("since", "greaterThanInclusive", { fact: "amount" })],
        review,
      ),
    ),
    `${never} it cannot be that since is before amount and since is at least amount | ${mendNever}`,
    'type-clash $.rules[2].conditions.all[0].value: "before" does not go with these features: since is timestamp, amount is double | compare features of the same kind',
  ],
  "every way of an any closed": [
    withRule(rule("r", [{ any: [small, leaf("amount", "equal", 7)] }, middle], review)),
    `${never} it cannot be that amount is under 1 or amount is 7 and amount is 5 | ${mendNever}`,
  ],
  "only when unknown": [
    withRule(rule("r", [leaf("count", "isMissing", true), leaf("count", "equal", 1)], review, { onUnknown: "ignore" })),
    `${never} it cannot be that count is missing and count is 1 | ${mendNever}`,
  ],
  "what the gate answers": [
    {
      gate: { conditions: { all: [large] }, otherwise: { outcome: "approve" } },
      ...withRule(rule("r", [leaf("amount", "equal", 1)], review)),
    },
    "never-fires $.rules[2].conditions: never fires: the gate answers every event that could make it fire | mend the rule or the gate, or remove the rule",
  ],
  "a condition that always holds": [
    { rules: [rule("r", [{ any: [large, leaf("amount", "lessThanInclusive", 1)] }], review), others[0]] },
    "always-true $.rules[0].conditions: holds for every event whose features are known | mend the conditions, or make its outcome the default",
  ],
  "a condition that always holds past the gate": [
    {
      gate: { conditions: { all: [large] }, otherwise: { outcome: "approve" } },
      rules: [rule("r", [leaf("amount", "greaterThan", 0)], review), others[0]],
    },
    "always-true $.rules[0].conditions: holds for every event that passes the gate and whose features are known | mend the rule or the gate",
  ],
  "a gate that lets nothing pass": [
    {
      gate: { conditions: { all: [small, large] }, otherwise: { outcome: "approve" } },
      ...withRule(rule("r", [middle], review)),
    },
    "gate-never-passes $.gate.conditions: no event passes the gate: it cannot be that amount is under 1 and amount is over 1 | mend its conditions",
  ],
  "a gate that lets everything pass": [
    {
      gate: { conditions: { any: [{ not: small }, leaf("amount", "lessThan", 2)] }, otherwise: { outcome: "approve" } },
    },
    "gate-always-passes $.gate.conditions: every event passes the gate | mend its conditions, or remove the gate",
  ],
};

import assert from "node:assert/strict";
import { DocumentError } from "../../../src/documents/problem.ts";
import { findingKinds } from "../../../src/policy/lint/finding.ts";
import { lintPolicy } from "../../../src/policy/lint/lint-policy.ts";
import { type Document, load } from "../support/policies.ts";
import { lintFeatures } from "./support/contexts.ts";
import { clean, leaf, lint, rule } from "./support/lint.ts";

/** The clean policy with some parts replaced has exactly these findings: `code path: message | mend`. */
function check(parts: object, ...expected: readonly string[]): void {
  const found = lint({ ...clean, ...parts });
  assert.deepEqual(
    found.map(({ code, path, message, fix }) => `${code} ${path}: ${message} | ${fix}`),
    expected,
  );
}

const review = { type: "review", params: { reason: "R" } };
const decline = { type: "decline", params: { reason: "R" } };
const points = (given: number) => ({ type: "points", params: { points: given } });
/** Rules that ask for every outcome, beside the one in question. */
const others = (clean as { rules: readonly object[] }).rules;
const withRule = (...rules: readonly object[]) => ({ rules: [...others, ...rules] });
const small = leaf("amount", "lessThan", 1);
const large = leaf("amount", "greaterThan", 1);
const middle = leaf("amount", "equal", 5);

type Cases = Readonly<Record<string, readonly [parts: object, ...findings: string[]]>>;

const clashes: Cases = {
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

const mendNever = "mend the conditions, or remove the rule";
const never = "never-fires $.rules[2].conditions: never fires:";

const firing: Cases = {
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
      rules: [],
      outcomes: ["approve"],
      reasons: {},
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

const implied: Cases = {
  "a wider rule of the same outcome": [
    withRule(rule("r", [leaf("amount", "greaterThan", 20), leaf("known", "equal", true)])),
    'implied-rule $.rules[2]: whenever it fires, "large" fires too and asks for decline | remove it, or mend the conditions of one of the two',
  ],
  "a wider rule of a stricter outcome": [
    withRule(rule("r", [leaf("amount", "greaterThan", 20)], { type: "review" })),
    'implied-rule $.rules[2]: whenever it fires, "large" fires too and asks for decline | remove it, or mend the conditions of one of the two',
  ],
  "a wider rule with another reason": [
    {
      reasons: { R: { internal: "a" }, S: { internal: "b" } },
      ...withRule(rule("r", [leaf("amount", "greaterThan", 20)], { type: "review", params: { reason: "S" } })),
    },
    'only-adds-reason $.rules[2]: only adds the reason S: whenever it fires, "large" fires too and asks for decline | keep it if the reason is wanted',
  ],
  "a rule of the same conditions in other words": [
    withRule(rule("r", [{ not: { any: [leaf("amount", "lessThanInclusive", 9), leaf("amount", "equal", 9)] } }])),
    'duplicate-rule $.rules[2]: fires exactly when "large" does, with the same outcome | remove one of the two',
  ],
  "nothing, where the narrower rule adds points": [
    {
      points: [{ gte: 1, outcome: "decline", reason: "R" }],
      ...withRule(rule("r", [leaf("amount", "equal", 0)], { type: "review", params: { reason: "R", points: 1 } })),
    },
  ],
  "points given twice": [
    {
      points: [{ gte: 3, outcome: "review", reason: "R" }],
      ...withRule(rule("p", [middle], points(1)), rule("q", [middle], points(2))),
    },
    'duplicate-rule $.rules[3]: adds points exactly when "p" does | give all the points in one rule',
  ],
};

const outcomes: Cases = {
  "the default asked for": [
    withRule(rule("r", [middle], { type: "approve" })),
    "outcome-never-matters $.rules[2].event: asks for approve, which is the default: it never changes anything | remove the rule, or ask for another outcome",
  ],
  "the default asked for with a reason": [
    withRule(rule("r", [middle], { type: "approve", params: { reason: "R" } })),
    "only-adds-reason $.rules[2].event: only adds the reason R: approve is the default | keep it if the reason is wanted",
  ],
  "nothing, where something asks for less than the default": [
    {
      default: "review",
      ...withRule(
        rule("r", [middle], { type: "review" }),
        rule("s", [leaf("amount", "equal", 6)], { type: "approve" }),
      ),
    },
  ],
  "the strictest without a reason": [
    withRule(rule("r", [middle], { type: "decline" })),
    'no-reason $.rules[2].event: asks for decline and gives no reason | give "params": {"reason": code}',
  ],
  "a rule in shadow": [
    withRule(rule("r", [middle], review, { mode: "shadow" })),
    "shadow-rule $.rules[2].mode: is evaluated in shadow and decides nothing | make it live when it has proved itself, or remove it",
  ],
  "a strictest rule that a source can switch off": [
    withRule(rule("r", [leaf("country", "equal", "a")])),
    'missing-switches-off $.rules[2]: without customers it does not fire, and nothing else takes notice | declare "onUnknown": "fire", or ask with isMissing in a rule of its own',
  ],
  "nothing, where the rule fires all the same": [
    withRule(rule("r", [leaf("country", "equal", "a")], decline, { onUnknown: "fire" })),
  ],
  "nothing, where a rule asks whether it is missing": [
    withRule(rule("r", [leaf("country", "equal", "a")]), rule("s", [leaf("country", "isMissing", true)], review)),
  ],
};

const counted: Cases = {
  "points without thresholds": [
    withRule(rule("r", [middle], points(1))),
    'points-without-thresholds $.rules[2].event: no threshold looks at the points of r | declare thresholds under "points"',
  ],
  "thresholds out of reach": [
    {
      points: [
        { gte: 4, outcome: "decline", reason: "R" },
        { gte: 3, outcome: "review" },
      ],
      ...withRule(rule("r", [middle], points(1)), rule("s", [small], points(2))),
    },
    "threshold-unreachable $.points[0].gte: all rules together give at most 3 points | lower it, or give more points",
  ],
  "thresholds all out of reach, rules in shadow not counted": [
    {
      points: [{ gte: 4, outcome: "review" }],
      ...withRule(rule("r", [middle], points(1)), rule("s", [small], points(9), { mode: "shadow" })),
    },
    "points-never-count $.rules[2].event: all together r give 1 points, fewer than any threshold | give more points, or lower a threshold",
    "shadow-rule $.rules[3].mode: is evaluated in shadow and decides nothing | make it live when it has proved itself, or remove it",
    "threshold-unreachable $.points[0].gte: all rules together give at most 1 points | lower it, or give more points",
  ],
  "a threshold that needs no points": [
    { points: [{ gte: 0, outcome: "review" }], ...withRule(rule("r", [middle], points(1))) },
    "threshold-always-reached $.points[0].gte: every event has 0 points or more | use a number over 0",
  ],
  "nothing, where only rounding makes the sum too small": [
    {
      points: [{ gte: 1, outcome: "review" }],
      ...withRule(...[0.7, 0.1, 0.2].map((given, at) => rule(`p${at}`, [leaf("amount", "equal", at)], points(given)))),
    },
  ],
};

const model = (rest: object) => ({ models: { score: { model: "m", version: "1", ...rest } } });
const onMissing = { outcome: "review", reason: "R" };

const bands: Cases = {
  "scores that are no probability": [
    model({
      onMissing,
      bands: [
        { gte: 90, outcome: "decline" },
        { gte: -0.1, outcome: "review" },
      ],
    }),
    "band-out-of-range $.models.score.bands[0].gte: a probability is between 0 and 1, not 90 | use a number between 0 and 1",
    "band-out-of-range $.models.score.bands[1].gte: a probability is between 0 and 1, not -0.1 | use a number between 0 and 1",
  ],
  "a stricter band that starts lower": [
    model({
      onMissing,
      bands: [
        { gte: 0.5, outcome: "decline" },
        { gte: 0.9, outcome: "review" },
      ],
    }),
    "band-shadowed $.models.score.bands[1]: never holds: from 0.5 on it is decline, which is stricter | raise the stricter one, or remove this one",
  ],
  "a band that repeats a lower one": [
    model({
      onMissing,
      bands: [
        { gte: 0.5, outcome: "decline" },
        { gte: 0.9, outcome: "decline" },
      ],
    }),
    "band-pointless $.models.score.bands[1]: says no more than the one from 0.5 on: decline | remove one of the two",
  ],
  "nothing, where a higher band has its own reason": [
    model({
      onMissing,
      bands: [
        { gte: 0.5, outcome: "decline" },
        { gte: 0.9, outcome: "decline", reason: "R" },
      ],
    }),
  ],
  "a threshold under a stricter one": [
    {
      points: [
        { gte: 2, outcome: "review" },
        { gte: 1, outcome: "decline", reason: "R" },
      ],
      ...withRule(rule("r", [middle], points(2))),
    },
    "band-shadowed $.points[0]: never holds: from 1 on it is decline, which is stricter | raise the stricter one, or remove this one",
  ],
  "a score without an answer to its absence": [
    model({ bands: [{ gte: 0.5, outcome: "decline" }] }),
    "score-missing-unanswered $.models.score: without a score of score no band holds and nothing is asked for | declare onMissing",
  ],
  "a score that nothing looks at": [
    model({}),
    "score-unused $.models.score: no band and no rule looks at score, but the model is run | declare bands, or remove it",
  ],
  "nothing, where a rule looks at it": [
    { ...model({}), ...withRule(rule("r", [leaf("score", "greaterThan", 0.5)], review)) },
  ],
};

const unused: Cases = {
  "a reason": [
    { reasons: { R: { internal: "a" }, S: { internal: "b" } } },
    "unused-reason $.reasons.S: nothing gives the reason S | remove it, or give it",
  ],
  "an outcome": [
    { outcomes: ["decline", "hold", "review", "approve"] },
    "unused-outcome $.outcomes[1]: nothing asks for hold | remove it, or ask for it",
  ],
  "shared conditions, also of each other": [
    { conditions: { one: { all: [middle] }, two: { all: [{ condition: "one" }] } } },
    "unused-condition $.conditions.one: nothing uses the shared condition one | remove it, or use it",
    "unused-condition $.conditions.two: nothing uses the shared condition two | remove it, or use it",
  ],
  "nothing that a rule uses which is off": [
    {
      conditions: { one: { all: [{ not: { condition: "two" } }] }, two: { any: [middle] } },
      reasons: { R: { internal: "a" }, S: { internal: "b" } },
      ...withRule(rule("r", [{ condition: "one" }], { type: "review", params: { reason: "S" } }, { mode: "off" })),
    },
  ],
};

describe("a lint of a policy", () => {
  it("finds nothing in a clean one", () => check({}));

  const suites = { "that clash": clashes, "about firing": firing, implied, outcomes, counted, bands, unused };
  for (const [suite, cases] of Object.entries(suites)) {
    describe(`finds ${suite}:`, () => {
      for (const [name, [parts, ...expected]] of Object.entries(cases)) it(name, () => check(parts, ...expected));
    });
  }

  it("places a finding in its file and names its rule", () => {
    const document: Document = { ...clean, ...withRule(rule("r", [small, large])) };
    const text = JSON.stringify(document, null, 1);
    const [found] = lintPolicy(load(document), { text, features: lintFeatures });
    const line = text.split("\n").findIndex((each) => each.includes('"r"')) + 2;
    assert.deepEqual(found, {
      file: "p.json",
      line,
      column: 4,
      path: "$.rules[2].conditions",
      code: "never-fires",
      severity: "warning",
      rule: "r",
      message: "never fires: it cannot be that amount is under 1 and amount is over 1",
      fix: "mend the conditions, or remove the rule",
    });
  });

  it("gives up in no time where too many combinations would have to be tried", () => {
    const either = (at: number) => ({ any: [leaf("amount", "notEqual", at), leaf("count", "notEqual", at)] });
    const many = Array.from({ length: 1_500 }, (_, at) => either(at));
    const impossible = [leaf("country", "someValue:equal", ["a"]), { not: leaf("country", "in", ["a"]) }];
    assert.deepEqual(lint({ ...clean, ...withRule(rule("r", [...many, ...impossible], review)) }), []);
  });

  it("does not lint what is not the document that was loaded", () =>
    assert.throws(() => lintPolicy(load(clean), { text: "{}", features: lintFeatures }), DocumentError));

  it("has a case for every code but those of the catalogue", () => {
    const texts = Object.values(suites).flatMap((cases) => Object.values(cases).flatMap(([, ...findings]) => findings));
    const shown = new Set(texts.map((text) => text.split(" ")[0]));
    const elsewhere = ["unused-feature", "unused-source"];
    assert.deepEqual(
      Object.keys(findingKinds).filter((code) => !shown.has(code) && !elsewhere.includes(code)),
      [],
    );
  });
});

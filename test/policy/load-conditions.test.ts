import assert from "node:assert/strict";
import { formatPath } from "../../src/documents/document.ts";
import type { Report } from "../../src/documents/report.ts";
import type { FeatureType } from "../../src/domain/feature.ts";
import type { Condition } from "../../src/policy/condition.ts";
import { loadCondition } from "../../src/policy/load-conditions.ts";
import { operatorNames } from "../../src/policy/operators/names.ts";
import type { ConditionDocument } from "../../src/policy/policy-schema.ts";

const features = new Map<string, FeatureType>([
  ["amount", "double"],
  ["country", "string"],
]);

type Shared = Readonly<Record<string, ConditionDocument>>;

/** Loads the shared conditions and the condition, as a policy does. */
function load(document: unknown, shared: Shared = {}): { condition: Condition; problems: string[] } {
  const problems: string[] = [];
  const report: Report = (path, message, fix) => problems.push(`${formatPath(path)}: ${message} | ${fix}`);
  const scope = { features, lists: new Set(["blocked_cards"]), shared, report };
  for (const [name, each] of Object.entries(shared)) loadCondition(each, ["conditions", name], scope, name);
  return { condition: loadCondition(document as ConditionDocument, ["at"], scope), problems };
}

const leaf = (operator: string, value: unknown = 1, fact = "amount") => ({ fact, operator, value });
const all = (...children: unknown[]) => ({ all: children }) as ConditionDocument;

const refusals: Readonly<Record<string, readonly [leaf: unknown, ...problems: string[]]>> = {
  "an unknown feature": [
    leaf("equal", 1, "amont"),
    '$.at.all[0].fact: there is no feature "amont" | did you mean "amount"?',
  ],
  "an unknown feature to compare with": [
    leaf("equal", { fact: "else_where" }),
    '$.at.all[0].value.fact: there is no feature "else_where" | declare it in features.json, or under models',
  ],
  "an unknown operator": [
    leaf("greaterThen"),
    '$.at.all[0].operator: there is no operator "greaterThen" | did you mean "greaterThan"?',
  ],
  "an operator named as a property of every object": [
    leaf("constructor"),
    `$.at.all[0].operator: there is no operator "constructor" | use one of ${operatorNames.join(", ")}`,
  ],
  "an unknown decorator": [
    leaf("evryFact:equal"),
    '$.at.all[0].operator: there is no decorator "evryFact" | did you mean "everyFact"?',
  ],
  "a list that is none": [
    leaf("in", "FR", "country"),
    '$.at.all[0].value: "in" needs a list | write the values in brackets: ["a", "b"]',
  ],
  "a list that is none, behind a decorator": [
    leaf("not:in", null, "country"),
    '$.at.all[0].value: "in" needs a list | write the values in brackets: ["a", "b"]',
  ],
  "a feature for a list": [
    leaf("notIn", { fact: "country" }),
    '$.at.all[0].value: "notIn" needs a list, but features are single values | write the values in brackets',
  ],
  "a decorator that does not go with a list": [
    leaf("swap:in", ["FR"]),
    '$.at.all[0].operator: "swap" does not go with "in" | use "in" alone, or other comparisons in any or all',
  ],
  "a text for a number": [
    leaf("greaterThan", "100"),
    '$.at.all[0].value: "greaterThan" needs a number | write the number without quotes',
  ],
  "a text for true or false": [
    leaf("isPresent", "true"),
    '$.at.all[0].value: "isPresent" needs true or false | write true',
  ],
  "a reason that there is not": [
    leaf("isMissing", ["error", "time_out"]),
    '$.at.all[0].value: "isMissing" needs true, false or reasons | did you mean "timeout"?',
  ],
  "no reasons": [
    leaf("isMissing", []),
    '$.at.all[0].value: "isMissing" needs true, false or reasons | write true, or some of timeout, error, not_found, null, stale, skipped, breaker_open',
  ],
  "a feature for true or false": [
    leaf("isMissing", { fact: "country" }),
    '$.at.all[0].value: "isMissing" needs true, false or reasons | write true, or some of timeout, error, not_found, null, stale, skipped, breaker_open',
  ],
  "a decorated isPresent": [
    leaf("not:isPresent", true),
    '$.at.all[0].operator: decorators do not go with "isPresent" | write {"not": …} around it, or use "isMissing"',
  ],
  "a decorator over a list that is none": [
    leaf("someValue:equal", 1),
    '$.at.all[0].value: "someValue:equal" needs a list | write the values in brackets: ["a", "b"]',
  ],
  "a list looked for on the feature's side": [
    leaf("swap:someValue:equal", ["a"]),
    '$.at.all[0].operator: "someValue" looks for a list where none can be | write "someValue" first, and once',
  ],
  "a list looked for within a list": [
    leaf("someValue:everyValue:equal", ["a"]),
    '$.at.all[0].operator: "everyValue" looks for a list where none can be | write "someValue" first, and once',
  ],
  "an object to compare with": [
    leaf("not:greaterThan", { valueOf: 1, toString: 1 }),
    '$.at.all[0].value: features are never compared with objects | give a number, text, true or false, a list of them, or {"fact": name}',
  ],
  "objects in a list": [
    leaf("in", [{ a: 1 }]),
    '$.at.all[0].value: features are never compared with objects | give a number, text, true or false, a list of them, or {"fact": name}',
  ],
  "a fact whose name is no text": [
    leaf("equal", { fact: 5 }),
    '$.at.all[0].value: features are never compared with objects | give a number, text, true or false, a list of them, or {"fact": name}',
  ],
};

describe("a condition", () => {
  for (const [name, [wrong, ...problems]] of Object.entries(refusals))
    it(`is refused for ${name}`, () => assert.deepEqual(load(all(wrong)).problems, problems));

  it("is refused for a comparison that stands alone, as json-rules-engine does", () =>
    assert.deepEqual(load(leaf("equal")).problems, [
      '$.at: a single comparison cannot stand alone | write {"all": [ … ]} around it, as json-rules-engine demands',
    ]));

  it("becomes nodes with shared conditions in place", () => {
    const shared = { high: { name: "high amount", all: [leaf("greaterThan", 9)] } } as Shared;
    const { condition, problems } = load(
      {
        any: [{ condition: "high" }, { not: { condition: "high", name: "low" } }, leaf("lessThan", { fact: "amount" })],
      },
      shared,
    );
    const high = {
      kind: "leaf",
      fact: "amount",
      operator: "greaterThan",
      value: 9,
      valueFact: undefined,
      valuePath: undefined,
      path: undefined,
      label: undefined,
    };
    assert.deepEqual(problems, []);
    assert.deepEqual(condition, {
      kind: "any",
      label: undefined,
      children: [
        { kind: "all", label: "high amount", children: [high] },
        { kind: "not", label: undefined, child: { kind: "all", label: "low", children: [high] } },
        { ...high, operator: "lessThan", value: { fact: "amount" }, valueFact: "amount" },
      ],
    });
  });

  describe("with shared conditions", () => {
    const use = (name: string) => all({ condition: name });

    it("is refused for one that is not there", () =>
      assert.deepEqual(load(use("hgh"), { high: all(leaf("equal")) }).problems, [
        '$.at.all[0].condition: there is no shared condition "hgh" | did you mean "high"?',
      ]));

    it("is refused for one named as a property of every object", () =>
      assert.deepEqual(load(use("constructor")).problems, [
        '$.at.all[0].condition: there is no shared condition "constructor" | declare it under conditions',
      ]));

    it("is not told again what is wrong in the shared one", () =>
      assert.deepEqual(load(all({ condition: "high" }, { condition: "high" }), { high: all(leaf("equl")) }).problems, [
        '$.conditions.high.all[0].operator: there is no operator "equl" | did you mean "equal"?',
      ]));

    it("is told of a cycle once, by its names", () => {
      const shared = { a: all({ not: { condition: "b" } }), b: use("a"), c: use("a") };
      assert.deepEqual(load(all({ condition: "a" }, { condition: "c" }), shared).problems, [
        "$.conditions.b.all[0].condition: the shared condition uses itself: a → b → a | break the cycle",
      ]);
    });

    it("is told of one that uses itself directly", () =>
      assert.deepEqual(load(use("a"), { a: use("a") }).problems, [
        "$.conditions.a.all[0].condition: the shared condition uses itself: a → a | break the cycle",
      ]));

    it("is refused when they multiply beyond a limit, in no time", () => {
      const names = Array.from({ length: 40 }, (_, at) => `c${at}`);
      const shared = Object.fromEntries(
        names.map((name, at) => [
          name,
          at === 0 ? all(leaf("equal")) : all({ condition: `c${at - 1}` }, { condition: `c${at - 1}` }),
        ]),
      );
      const tooMany =
        "has more than 5000 conditions, shared ones put in place | split it or use fewer shared conditions within each other";
      const { problems } = load(use("c39"), shared);
      assert.equal(problems.at(-1), `$.at: ${tooMany}`);
      assert.ok(problems.every((problem) => problem.endsWith(tooMany)));
    });
  });

  it("takes every operator with every decorator that makes sense", () => {
    const good = [
      leaf("equal", null),
      leaf("in", [1, "a", null]),
      leaf("not:in", ["FR"], "country"),
      leaf("contains", "F"),
      leaf("not:someFact:equal"),
      leaf("someValue:lessThan", [1, 2]),
      leaf("not:everyValue:not:equal", ["a"]),
      leaf("someValue:swap:contains", [["a"], ["b"]]),
      leaf("swap:someFact:equal", ["FR"], "country"),
      leaf("greaterThan", { fact: "amount", path: "$.x" }),
      leaf("isMissing", false),
      leaf("isPresent", true),
    ];
    assert.deepEqual(load(all(...good)).problems, []);
  });
});

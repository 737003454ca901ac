import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { DocumentError } from "../../src/documents/problem.ts";
import { readWrittenPolicy } from "../../src/policy/explain-document.ts";
import { explainPolicy } from "../../src/policy/explain-policy.ts";
import { explainRule, explainRuleInLines } from "../../src/policy/explain-rule.ts";
import { runs } from "../support/property.ts";
import { policyDocument } from "./support/policies.ts";

const golden = new URL("./golden/cards.txt", import.meta.url);
const cards = readFileSync(new URL("./golden/cards.json", import.meta.url), "utf8");
const written = readWrittenPolicy("cards.json", cards);

/** A rule of these conditions is said so. */
function check(conditions: object, expected: string): void {
  const rule = { name: "r", conditions, event: { type: "decline", params: { reason: "R01" } } };
  const document = {
    id: "p",
    outcomes: ["decline"],
    default: "decline",
    rules: [rule],
    reasons: { R01: { internal: "a" } },
  };
  assert.equal(explainRule(readWrittenPolicy("p.json", JSON.stringify(document)).rules[0]!), expected);
}

const a = { fact: "a", operator: "equal", value: 1 };
const b = { fact: "b", operator: "lessThan", value: 2 };
const c = { fact: "c", operator: "in", value: ["x", "y"] };

describe("a policy in words", () => {
  it("is the golden one (UPDATE=1 rewrites it)", () => {
    const rules = written.rules.map((rule) => [rule.name, explainRule(rule), ...explainRuleInLines(rule)].join("\n"));
    const said = `${[explainPolicy(written).join("\n"), ...rules].join("\n\n")}\n`;
    if (process.env.UPDATE === "1") writeFileSync(golden, said);
    assert.equal(said, readFileSync(golden, "utf8"));
  });

  it("breaks long rules into lines of at most 110 characters", () => {
    for (const line of written.rules.flatMap(explainRuleInLines)) assert.ok(line.length <= 110, line);
  });

  const cases: Readonly<Record<string, readonly [conditions: object, sentence: string]>> = {
    "one comparison": [{ all: [a] }, "Declines (R01) when a is 1."],
    "all of three": [{ all: [a, b, c] }, 'Declines (R01) when a is 1, b is under 2 and c is one of ("x", "y").'],
    "any within all": [
      { all: [a, { any: [b, c] }] },
      'Declines (R01) when a is 1 and (b is under 2 or c is one of ("x", "y")).',
    ],
    "not of any, said of each": [
      { not: { any: [a, c] } },
      'Declines (R01) when a is not 1 and c is none of ("x", "y").',
    ],
    "not of all, said of each": [{ not: { all: [a, { not: b }] } }, "Declines (R01) when a is not 1 or b is under 2."],
    "a label before what it means": [
      { all: [{ ...a, name: "odd" }, b] },
      "Declines (R01) when odd (a is 1) and b is under 2.",
    ],
    "a label denied as a whole": [
      { all: [b, { not: { name: "odd", all: [a, c] } }] },
      'Declines (R01) when b is under 2 and (not so: odd (a is 1 and c is one of ("x", "y"))).',
    ],
    "labels within each other": [
      { name: "outer", all: [{ ...a, name: "inner" }] },
      "Declines (R01) when outer: inner (a is 1).",
    ],
  };
  for (const [name, [conditions, sentence]] of Object.entries(cases))
    it(`tells ${name}`, () => check(conditions, sentence));

  it("has a sentence for every rule that loads", () => {
    fc.assert(
      fc.property(policyDocument(), (document) => {
        for (const rule of readWrittenPolicy("p.json", JSON.stringify(document)).rules) {
          assert.match(explainRule(rule), /^[A-Z].* when .+\.$/s);
          assert.match(explainRuleInLines(rule)[0]!, /^[A-Z].* when .+[.:]$/s);
        }
      }),
      runs(200),
    );
  });

  it("is not told of conditions that cannot be understood", () => {
    const text = cards.replace('"condition": "abroad"', '"condition": "abord"');
    assert.throws(
      () => readWrittenPolicy("cards.json", text),
      (error) => {
        assert.ok(error instanceof DocumentError);
        return /there is no shared condition "abord"/.test(error.message);
      },
    );
  });
});

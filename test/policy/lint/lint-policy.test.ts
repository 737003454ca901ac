import assert from "node:assert/strict";
import { DocumentError } from "../../../src/documents/problem.ts";
import { findingKinds } from "../../../src/policy/lint/finding.ts";
import { lintPolicy } from "../../../src/policy/lint/lint-policy.ts";
import { type Document, load } from "../support/policies.ts";
import { bands } from "./cases/bands.ts";
import { clashes } from "./cases/clashes.ts";
import { counted } from "./cases/counted.ts";
import { firing } from "./cases/firing.ts";
import { implied } from "./cases/implied.ts";
import { outcomes } from "./cases/outcomes.ts";
import { large, review, small, withRule } from "./cases/parts.ts";
import { unused } from "./cases/unused.ts";
import { lintFeatures } from "./support/contexts.ts";
import { clean, leaf, lint, rule, today } from "./support/lint.ts";

/** The clean policy with some parts replaced has exactly these findings: `code path: message | mend`. */
function check(parts: object, ...expected: readonly string[]): void {
  const found = lint({ ...clean, ...parts });
  assert.deepEqual(
    found.map(({ code, path, message, fix }) => `${code} ${path}: ${message} | ${fix}`),
    expected,
  );
}

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
    const [found] = lintPolicy(load(document), { text, features: lintFeatures, today });
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
    const impossible = [leaf("country", "swap:equal", "a"), { not: leaf("country", "in", ["a"]) }];
    assert.deepEqual(lint({ ...clean, ...withRule(rule("r", [...many, ...impossible], review)) }), []);
  });

  it("does not lint what is not the document that was loaded", () =>
    assert.throws(() => lintPolicy(load(clean), { text: "{}", features: lintFeatures, today }), DocumentError));

  it("has a case for every code but those of the catalogue, the lists and the calendar", () => {
    const texts = Object.values(suites).flatMap((cases) => Object.values(cases).flatMap(([, ...findings]) => findings));
    const shown = new Set(texts.map((text) => text.split(" ")[0]));
    const elsewhere = ["unused-feature", "unused-source", "unused-list", "date-past"];
    assert.deepEqual(
      Object.keys(findingKinds).filter((code) => !shown.has(code) && !elsewhere.includes(code)),
      [],
    );
  });
});

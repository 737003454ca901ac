import assert from "node:assert/strict";
import { findingKinds } from "../../../src/policy/lint/finding.ts";
import { answerTo, sections } from "./support/lint-docs.ts";

describe("policies/LINT.md", () => {
  const findings = sections.filter(({ loads }) => loads);

  it("has one section for every code of the lint", () =>
    assert.deepEqual(findings.map(({ code }) => code).sort(), Object.keys(findingKinds).sort()));

  it("names nothing twice", () => assert.equal(new Set(sections.map(({ code }) => code)).size, sections.length));

  for (const { code, loads, bad, said, mended } of sections) {
    it(`${code}: the example gives exactly what is said of it`, () => {
      const { text, findings: found, problems } = answerTo(code, bad);
      assert.equal(text, said);
      if (loads) assert.ok(found.some((each) => each.code === code));
      // A place in the text, not only a file.
      for (const { line, fix } of [...found, ...problems]) assert.ok(line > 0 && fix !== "");
      assert.equal(problems.length > 0, !loads);
    });

    it(`${code}: the mended example loads, and no warning is left`, () => {
      const { problems, findings: left } = answerTo(code, mended);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        left.filter((each) => each.severity === "warning" || each.code === code),
        [],
      );
    });
  }
});

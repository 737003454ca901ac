import assert from "node:assert/strict";
import { lintPolicy } from "../../../src/policy/lint/lint-policy.ts";
import { type Document, load } from "../support/policies.ts";
import { middle, review, withRule } from "./cases/parts.ts";
import { lintFeatures } from "./support/contexts.ts";
import { clean, leaf, lint, rule, today } from "./support/lint.ts";

/** What is said of a comparison of the event's time, beside one that may hold. */
const dates: Readonly<Record<string, readonly [object, string?]>> = {
  "days that are past": [leaf("since", "dateBetween", { from: "2026-10-01", to: "2026-10-31" }), "no"],
  "days that are past, excepted": [leaf("since", "not:dateBetween", { from: "2026-10-01", to: "2026-10-31" }), "every"],
  "days that end today": [leaf("since", "dateBetween", { from: "2026-10-01", to: "2026-11-01" })],
  "a day that is not over where it is": [
    leaf("since", "dateBetween", { from: "2026-10-31", to: "2026-10-31", zone: "America/New_York" }),
  ],
  "a day that is long over where it is": [
    leaf("since", "dateBetween", { from: "2026-10-31", to: "2026-10-31", zone: "Asia/Tokyo" }),
    "no",
  ],
  "an end that is past": [leaf("since", "before", "2026-11-01"), "no"],
  "an end that is past, in milliseconds": [leaf("since", "lessThanInclusive", Date.UTC(2026, 9, 1)), "no"],
  "an end to come": [leaf("since", "before", "2026-11-01T00:00:00.001Z")],
  "a beginning": [leaf("since", "after", "2026-10-01")],
  "a beginning denied": [{ not: leaf("since", "after", "2026-10-01") }, "no"],
  "an end denied, which is a beginning": [{ not: leaf("since", "before", "2026-10-01") }],
  "another feature": [leaf("since", "before", { fact: "since" })],
};

describe("a lint of dates, on 2026-11-01, tells of", () => {
  const since = { ...lintFeatures.get("since")!, isEventTime: true };
  for (const [name, [condition, expected]] of Object.entries(dates)) {
    it(name, () => {
      const document: Document = {
        ...clean,
        ...withRule(rule("r", [condition, middle], review)),
      };
      const features = new Map([...lintFeatures, ["since", since]]);
      const found = lintPolicy(load(document), { text: JSON.stringify(document), features, today });
      const message = (many: string) =>
        `names a time that is past: ${many} event of today or later meets the condition`;
      assert.deepEqual(
        found.filter(({ code }) => code === "date-past").map((each) => each.message),
        expected === undefined ? [] : [message(expected)],
      );
      assert.deepEqual(
        lint(document).filter(({ code }) => code === "date-past"),
        [],
        "of a feature that is not the event's time",
      );
    });
  }
});

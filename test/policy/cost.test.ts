import assert from "node:assert/strict";
import fc from "fast-check";
import { compileCondition } from "../../src/policy/compile-condition.ts";
import { costOf } from "../../src/policy/cost.ts";
import { runs } from "../support/property.ts";
import { factsOf, slotOf, someFacts } from "./support/facts.ts";
import { load, policyDocument, tryLoad } from "./support/policies.ts";

const leaf = (operator: string, value: unknown) => ({ fact: "country", operator, value });
const rule = (name: string, conditions: object) => ({ name, conditions, event: { type: "review" } });
const policyOf = (rules: object[]) => ({ id: "p", outcomes: ["review"], default: "review", rules });

describe("the cost of a condition", () => {
  it("bounds how many facts evaluating it reads, whatever the facts", () => {
    fc.assert(
      fc.property(policyDocument(), someFacts, (document, table) => {
        for (const { conditions } of load(document).rules) {
          let read = 0;
          const facts = factsOf(table);
          const values = new Proxy([] as unknown[], {
            get: (_, slot) => {
              read += 1;
              return facts.at(Number(slot));
            },
          });
          compileCondition(conditions, slotOf)(values, factsOf(table, { listed: [] }));
          // A comparison of two facts reads both.
          assert.ok(read <= 2 * costOf(conditions), `${read} reads`);
        }
      }),
      runs(500),
    );
  });

  const refused: readonly [name: string, rules: object[], message: RegExp][] = [
    [
      "too many values in one comparison",
      [
        rule("r", {
          all: [
            leaf(
              "in",
              Array.from({ length: 1001 }, (_, at) => `${at}`),
            ),
          ],
        }),
      ],
      /rules\[0\].conditions.all\[0\].value: compares with 1001 values/,
    ],
    [
      "too many conditions in all rules together",
      Array.from({ length: 4 }, (_, at) =>
        rule(`r${at}`, { any: Array.from({ length: 100 }, () => leaf("in", Array(1000).fill("a"))) }),
      ),
      /rules: all rules together take up to 400000 comparisons/,
    ],
    [
      "too many expensive comparisons",
      Array.from({ length: 301 }, (_, at) => rule(`r${at}`, { any: Array(10).fill(leaf("matches", "^a")) })),
      /take up to 301000 comparisons/,
    ],
  ];
  for (const [name, rules, message] of refused)
    it(`is limited: ${name}`, () => {
      const said = tryLoad(policyOf(rules)).problems.map(({ path, message: what }) => `${path}: ${what}`);
      assert.match(said.join("\n"), message);
    });
});

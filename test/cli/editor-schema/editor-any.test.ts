import assert from "node:assert/strict";
import fc from "fast-check";
import type { CommonNames, NamedFeature } from "../../../src/cli/editor-schema/names.ts";
import { policyNames } from "../../../src/cli/editor-schema/policy-names.ts";
import { schemaFiles } from "../../../src/cli/schema-files.ts";
import { customOperators } from "../../../src/policy/operators/custom.ts";
import { isRefusal } from "../../../src/policy/operators/operator.ts";
import { featureTypes } from "../../policy/support/facts.ts";
import { type Document, policyDocument, tryLoad } from "../../policy/support/policies.ts";
import { runs } from "../../support/property.ts";
import { type Editor, openEditor } from "./support/editor.ts";

const features = [...featureTypes].map(([name, type]): NamedFeature => ({ name, type, description: "" }));
const common: CommonNames = {
  features,
  sources: [],
  lists: [{ name: "listed", description: "" }],
  models: [{ name: "m", version: "1", description: "" }],
};

/** An editor with the schemas of one policy, which are in no folder. */
function editorOf(document: Document, names: CommonNames = common): Editor {
  const files = schemaFiles({ common: names, policies: new Map([["p", policyNames(document)]]), problems: [] });
  const contents = new Map(files.map(({ name, content }) => [`/analyst/policies/schema/${name}`, content]));
  return openEditor("/analyst", { "json.schemas": [] }, async (file) => contents.get(file)!);
}

function textOf(document: Document): string {
  return JSON.stringify({ $schema: "./schema/p.json", ...document });
}

describe("the generated schemas", () => {
  it("find nothing wrong in a policy that loads", async () => {
    await fc.assert(
      fc.asyncProperty(policyDocument(), async (document) => {
        fc.pre(tryLoad(document).policy !== undefined);
        assert.deepEqual(await editorOf(document).problems("policies/p.json", textOf(document)), []);
      }),
      runs(150),
    );
  });

  for (const [name, { types, example, prepare }] of customOperators) {
    const document = (value: unknown): Document => ({
      id: "p",
      outcomes: ["approve"],
      default: "approve",
      rules: [
        {
          name: "r",
          conditions: {
            all: [{ fact: features.find(({ type }) => types.includes(type))!.name, operator: name, value }],
          },
          event: { type: "approve" },
        },
      ],
    });
    const anything = fc.oneof(mutated(example), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>);

    it(`take for ${name} whatever it takes`, async () => {
      const editor = editorOf(document(example));
      assert.deepEqual(await editor.problems("policies/p.json", textOf(document(example))), []);
      await fc.assert(
        fc.asyncProperty(anything, async (value) => {
          fc.pre(!isRefusal(prepare(value)));
          assert.deepEqual(await editor.problems("policies/p.json", textOf(document(value))), []);
        }),
        { ...runs(50), maxSkipsPerRun: 1_000 },
      );
    });

    it(`refuse for ${name} what is of another kind`, async () => {
      const wrong = [{ other: 1 }, null];
      for (const value of wrong) {
        assert.ok(isRefusal(prepare(value)));
        const found = await editorOf(document(value)).problems("policies/p.json", textOf(document(value)));
        assert.notDeepEqual(found, [], JSON.stringify(value));
      }
    });
  }

  it("stay small, and complete, with 1,000 features", async () => {
    const many = Array.from({ length: 1_000 }, (_, at): NamedFeature => {
      const name = `customer_feature_number_${at}`;
      return { name, type: "double", description: `double: mean over 7d of customer_spend. What feature ${at} means.` };
    });
    const document = {
      id: "p",
      outcomes: ["approve"],
      rules: [{ conditions: { all: [{ fact: "‸", operator: "equal", value: 1 }] } }],
    };
    const names = { ...common, features: many };
    const proposals = await editorOf(document, names).proposals("policies/p.json", textOf(document));
    assert.equal(proposals.length, 1_000);
    assert.match(proposals[777]?.documentation ?? "", /feature 777 means/);
    const files = schemaFiles({ common: names, policies: new Map([["p", policyNames(document)]]), problems: [] });
    const sizes = Object.fromEntries(files.map(({ name, content }) => [name, content.length]));
    assert.ok(sizes["names.json"]! < 500_000, `${sizes["names.json"]}`);
    assert.ok(sizes["p.json"]! < 50_000, `${sizes["p.json"]}`);
  });
});

/** Values like one that is right: an entry left out, or of another kind. */
function mutated(example: unknown): fc.Arbitrary<unknown> {
  const leaf = fc.constantFrom<unknown>("2026-01-01", "a", 1, 0.5, -1, ["mon"], "00:00", "UTC");
  if (Array.isArray(example)) return fc.array(leaf, { maxLength: 3 });
  if (typeof example !== "object" || example === null) return leaf;
  const entries = Object.entries(example);
  return fc.record(
    Object.fromEntries(
      entries.map(([key, value]) => [key, fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, leaf)]),
    ),
    { requiredKeys: [] },
  );
}

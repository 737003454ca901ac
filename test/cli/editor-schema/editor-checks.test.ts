import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { cleanUp } from "../../support/clean-up.ts";
import { type Editor, openEditor } from "./support/editor.ts";
import { type Parts, policyText } from "./support/policy-text.ts";
import { openExample, policyFile, root } from "./support/workspace.ts";

describe("an editor with the generated schemas", () => {
  const clean = cleanUp(after);
  let editor: Editor;

  before(async () => {
    ({ editor } = await openExample(clean));
  });

  describe("finds nothing wrong in what is shipped:", () => {
    const folder = (name: string, ending: RegExp) =>
      readdirSync(path.join(root, name), { recursive: true, encoding: "utf8" })
        .filter((file) => ending.test(file))
        .map((file) => `${name}/${file}`);
    const files = [...folder("policies", /^[^/\\]+\.json$/), ...folder("models", /manifest\.json$/)];
    const shipped = openEditor(root, JSON.parse(readFileSync(path.join(root, ".vscode/settings.json"), "utf8")));
    for (const file of files)
      it(file, async () => {
        const text = readFileSync(path.join(root, file), "utf8");
        assert.deepEqual(await shipped.problems(file, text), []);
        // Also without its $schema, as the settings name one.
        const bare = text.replace(/"\$schema": "[^"]*",?/, "");
        assert.deepEqual(await shipped.problems(file, bare), []);
        const misspelt = text.replace("{", '{ "misspelt": true,');
        assert.deepEqual(
          (await shipped.problems(file, misspelt)).map(({ at }) => at),
          ['"misspelt"'],
        );
      });
  });

  describe("checks", () => {
    const cases: readonly { name: string; parts: Parts; at: string; says: RegExp }[] = [
      ...Object.entries({
        "a feature that there is not": ['"amuont"', '"greaterThan"', "1", '"amuont"', /no such feature: use one of/],
        "a feature to compare with": ['"amount"', '"lessThan"', '{ "fact": "x" }', '"x"', /no such feature/],
        "an operator": ['"amount"', '"greaterTan"', "1", '"greaterTan"', /no such operator\. The operators are equal,/],
        "a decorator": ['"amount"', '"nott:equal"', "1", '"nott:equal"', /Decorators may stand in front of most.*swap/],
        "a list": ['"customer_id"', '"inList"', '"blocked"', '"blocked"', /no such list: put its entries.*lists\/NAME/],
        "what lists hold": [
          '"amount"',
          '"inList"',
          '"blocked_cards"',
          '"amount"',
          /Lists hold texts and whole numbers/,
        ],
        "a number in quotes": ['"amount"', '"greaterThan"', '"1"', '"1"', /takes a number, without quotes/],
        "the value of isPresent": ['"amount"', '"isPresent"', '"yes"', '"yes"', /takes true or false/],
        "the value of isMissing": ['"amount"', '"isMissing"', '"yes"', '"yes"', /takes true, false, or reasons/],
        "a reason in a list": ['"amount"', '"isMissing"', '["eror"]', '"eror"', /Reasons are timeout/],
        "the value of in": ['"customer_id"', '"in"', '"abc"', '"abc"', /takes a list/],
        "the value of a decorated in": ['"customer_id"', '"not:in"', '"abc"', '"abc"', /takes a list/],
        "the value of someValue": ['"amount"', '"someValue:equal"', "1", "1", /takes a list/],
        "an object to compare with": ['"amount"', '"equal"', '{ "a": 1 }', '"value"', /Missing property "fact"/],
        "an object in a list": ['"amount"', '"in"', "[{}]", "{}", /never compared with objects/],
        "the type that an operator asks about": ['"amount"', '"startsWith"', '"1"', '"amount"', /type string/],
        "the value of between": ['"amount"', '"between"', "5", "5", /"between" takes a list of.*: \[100,500\]/],
        "the entries of between": ['"amount"', '"between"', '[1, "2"]', '"2"', /Expected "number"/],
        "the value of a decorated between": ['"amount"', '"not:between"', "5", "5", /"between" takes a list of/],
        "a time of day": [
          '"occurred_at"',
          '"timeOfDayBetween"',
          '{ "from": "22:00", "to": "6" }',
          '"6"',
          /Write a time of day as "22:00"/,
        ],
        "a day of the week": ['"occurred_at"', '"dayOfWeekIn"', '{ "days": ["xy"] }', '"xy"', /"mon", "tue"/],
        "what an operator's value lacks": [
          '"home"',
          '"withinKm"',
          '{ "km": 1, "longitude": 2 }',
          '"value"',
          /"latitude"/,
        ],
      } as const).map(([name, [fact, operator, value, at, says]]) => ({
        name,
        parts: { leaf: `{ "fact": ${fact}, "operator": ${operator}, "value": ${value} }` },
        at,
        says,
      })),
      {
        name: "a key of a comparison",
        parts: { leaf: '{ "fact": "amount", "operater": "equal", "value": 1 }' },
        at: '"operater"',
        says: /Property operater is not allowed/,
      },
      {
        name: "a comparison that stands alone",
        parts: { conditions: '{ "fact": "amount", "operator": "equal", "value": 1 }' },
        at: '{ "fact": "amount", "operator": "equal", "value": 1 }',
        says: /cannot stand alone/,
      },
      {
        name: "a shared condition",
        parts: { leaf: '{ "condition": "bussy" }' },
        at: '"bussy"',
        says: /no such shared condition: declare it under "conditions"/,
      },
      {
        name: "an outcome",
        parts: { outcome: '"refuse"' },
        at: '"refuse"',
        says: /use one of decline, review, approve,/,
      },
      { name: "what a rule asks for", parts: { type: '"refuse"' }, at: '"refuse"', says: /approve, or "points"/ },
      { name: "a reason", parts: { reason: '"R99"' }, at: '"R99"', says: /no such reason: declare it under "reasons"/ },
      { name: "a mode", parts: { mode: '"alive"' }, at: '"alive"', says: /"live", "shadow", "off"/ },
      { name: "a model", parts: { model: '"card"' }, at: '"card"', says: /no such model/ },
      { name: "a version", parts: { version: '"9"' }, at: '"9"', says: /no such version of card-fraud/ },
      { name: "a rule in a test", parts: { fired: '["larg"]' }, at: '"larg"', says: /no rule of that name/ },
      { name: "a reason in a test", parts: { reasons: '["R99"]' }, at: '"R99"', says: /no such reason/ },
      { name: "a feature in a test", parts: { given: '{ "amuont": 1 }' }, at: '"amuont"', says: /no such feature/ },
      { name: "a value in a test", parts: { given: '{ "amount": "1" }' }, at: '"1"', says: /Expected "number"/ },
      { name: "a missing feature", parts: { missing: '{ "x": "error" }' }, at: '"x"', says: /no such feature/ },
      {
        name: "why it is missing",
        parts: { missing: '{ "amount": "lost" }' },
        at: '"lost"',
        says: /"timeout", "error"/,
      },
      { name: "a list in a test", parts: { lists: '{ "cards": ["c1"] }' }, at: '"cards"', says: /no such list/ },
    ];
    for (const { name, parts, at, says } of cases)
      it(name, async () => {
        assert.deepEqual(await editor.problems(policyFile, policyText()), []);
        const found = await editor.problems(policyFile, policyText(parts));
        const there = found.filter((each) => each.at === at);
        assert.equal(there.length, 1, JSON.stringify(found));
        assert.match(there[0]!.message, says);
      });

    it("with names that came later", async () => {
      const { editor, write, writeSchemas } = await openExample(clean);
      const later = policyText({
        leaf: '{ "fact": "customer_id", "operator": "inList", "value": "new_list" }',
        reason: '"R02"',
      }).replace('"reasons": {', '"reasons": { "R02": { "internal": "New" },');
      const found = async () => (await editor.problems(policyFile, later)).map(({ at }) => at);
      assert.deepEqual(await found(), ['"new_list"', '"R02"']);
      await write(policyFile, later);
      await writeSchemas();
      editor.changed("policies/schema/card-checks.json");
      assert.deepEqual(await found(), ['"new_list"']);
      await write("policies/lists/new_list.txt", "c1\n");
      await writeSchemas();
      editor.changed("policies/schema/names.json");
      assert.deepEqual(await found(), []);
    });

    it("policies that name no schema of their own for what is the same in all", async () => {
      const other = (parts: Parts) => policyText(parts).replace('"$schema": "./schema/card-checks.json",', "");
      assert.deepEqual(await editor.problems("policies/other.json", other({})), []);
      const found = await editor.problems(
        "policies/other.json",
        other({ type: '"refuse"', leaf: '{ "fact": "my_score", "operator": "greaterTan", "value": 1 }' }),
      );
      assert.deepEqual(
        found.map(({ at }) => at),
        ['"greaterTan"'],
      );
    });

    it("tests that stand beside their policy", async () => {
      const tests = (given: string, fired: string) =>
        `{ "$schema": "./schema/card-checks.tests.json", "tests": [
          { "name": "t", "given": { "${given}": 1 }, "expect": { "outcome": "review", "fired": ["${fired}"] } }
        ] }`;
      const found = async (text: string) =>
        (await editor.problems("policies/card-checks.tests.json", text)).map(({ at }) => at);
      assert.deepEqual(await found(tests("amount", "large")), []);
      assert.deepEqual(await found(tests("amuont", "larg")), ['"amuont"', '"larg"']);
      // Without a schema of their own they are checked for what is the same in all.
      const bare = tests("amount", "larg")
        .replace(/"\$schema": "[^"]*",/, "")
        .replace('"tests"', '"test"');
      assert.deepEqual(await found(bare), ["{", '"test"']);
    });

    const documents: readonly { name: string; file: string; text: string; at: string; says: RegExp }[] = [
      {
        name: "a key of a source",
        file: "policies/features.json",
        text: '{ "sources": { "s": { "kind": "aggregate", "key": ["custommer"], "retain": "1d" } }, "features": {} }',
        at: '"custommer"',
        says: /no such feature/,
      },
      {
        name: "the source of a feature",
        file: "policies/features.json",
        text: '{ "sources": {}, "features": { "f": { "from": "custom", "aggregate": "count", "window": "1d" } } }',
        at: '"custom"',
        says: /no such source/,
      },
      {
        name: "an input of a model",
        file: "models/card-fraud/1/manifest.json",
        text: '{ "inputs": [{ "name": "amuont", "type": "double", "missing": "nan" }] }',
        at: '"amuont"',
        says: /no such feature/,
      },
    ];
    for (const { name, file, text, at, says } of documents)
      it(name, async () => {
        const found = (await editor.problems(file, text)).filter((each) => each.at === at);
        assert.equal(found.length, 1);
        assert.match(found[0]!.message, says);
      });
  });
});

import assert from "node:assert/strict";
import { cleanUp } from "../../support/clean-up.ts";
import type { Editor } from "./support/editor.ts";
import { type Parts, policyText } from "./support/policy-text.ts";
import { openExample, policyFile } from "./support/workspace.ts";

describe("an editor with the generated schemas", () => {
  const clean = cleanUp(after);
  let editor: Editor;

  before(async () => {
    ({ editor } = await openExample(clean));
  });

  describe("completes", () => {
    const leaf = (fact: string, operator: string, value: string): Parts => ({
      leaf: `{ "fact": ${fact}, "operator": ${operator}, "value": ${value} }`,
    });
    const cases: readonly { name: string; parts: Parts; offers: Readonly<Record<string, RegExp>>; only?: true }[] = [
      {
        name: "a feature, by its type, origin and meaning",
        parts: leaf('"‸"', '"greaterThan"', "1"),
        offers: {
          '"amount"': /^double: from the event\. Amount of the purchase\.$/,
          '"customer_tx_count_1d"': /^integer: count over 1d of customer_spend\. Purchases/,
          '"is_night"': /^boolean: computed as occurred_at\.getHours\(\) <= 6\./,
          '"occurred_at"': /^timestamp: when the event happened/,
          '"fraud_score"': /^double: the score of model card-fraud 1\. How likely it is fraud\.$/,
        },
      },
      {
        name: "an operator, by what it means and takes",
        parts: leaf('"amount"', "‸", "1"),
        offers: {
          '"greaterThanInclusive"': /^The feature is this or over it\. Takes a number/,
          '"inList"': /Takes the name of a list/,
          '"between"': /^The feature \(double or integer\) is between this\. Takes a list of.*: \[100,500\]\.$/,
          '"withinKm"': /\{"latitude":52\.52/,
        },
      },
      {
        name: "the lists",
        parts: leaf('"customer_id"', '"notInList"', '"‸"'),
        offers: {
          '"blocked_cards"': /^lists\/blocked_cards\.txt: Cards reported lost or stolen\.$/,
          '"safe_countries"': /lists/,
          '"mules"': /^kind redis\. Kept by the bank's fraud desk\.$/,
        },
        only: true,
      },
      {
        name: "what isMissing takes",
        parts: leaf('"amount"', '"isMissing"', "‸"),
        offers: { true: /is missing/, false: /is there/, '["timeout", "error"]': /reasons/ },
        only: true,
      },
      {
        name: "an example of an operator's value",
        parts: leaf('"occurred_at"', '"timeOfDayBetween"', "‸"),
        offers: {
          '{"from":"22:00","to":"06:00","zone":"Europe/Berlin"}': /^from a time of day on, until before another/,
        },
        only: true,
      },
      {
        name: "the keys of an operator's value",
        parts: leaf('"occurred_at"', '"dayOfWeekIn"', "{ ‸ }"),
        offers: { days: /days of the week/, zone: /UTC if none is given/ },
        only: true,
      },
      {
        name: "days of the week",
        parts: leaf('"occurred_at"', '"dayOfWeekIn"', '{ "days": ["‸"] }'),
        offers: { '"mon"': /days of the week|/, '"sun"': /|/ },
      },
      {
        name: "a number or a feature to compare with",
        parts: leaf('"amount"', '"greaterThan"', "‸"),
        offers: { "0": /a number/, '{"fact": …}': /another feature/ },
        only: true,
      },
      {
        name: "the feature to compare with",
        parts: leaf('"amount"', '"greaterThan"', '{ "fact": "‸" }'),
        offers: { '"customer_avg_amount_7d"': /^double: mean over 7d/, '"fraud_score"': /score/ },
      },
      {
        name: "forms of conditions",
        parts: { leaf: "‸" },
        offers: {
          "a comparison": /one feature, compared/,
          all: /every one/,
          any: /one is/,
          not: /./,
          "a shared condition": /./,
        },
        only: true,
      },
      {
        name: "keys of conditions",
        parts: { leaf: "{ ‸ }" },
        offers: {
          fact: /name of a feature/,
          operator: /an operator/,
          value: /compare with/,
          all: /list/,
          condition: /./,
        },
      },
      {
        name: "shared conditions",
        parts: { leaf: '{ "condition": "‸" }' },
        offers: { '"busy"': /^many purchases\.$/ },
        only: true,
      },
      {
        name: "outcomes",
        parts: { outcome: '"‸"' },
        offers: {
          '"decline"': /^stricter than review, approve$/,
          '"review"': /^stricter than approve$/,
          '"approve"': /mildest/,
        },
        only: true,
      },
      {
        name: "what a rule asks for",
        parts: { type: "‸" },
        offers: { '"decline"': /./, '"review"': /./, '"approve"': /./, '"points"': /^adds "points" to the sum/ },
        only: true,
      },
      {
        name: "reasons",
        parts: { reason: '"‸"' },
        offers: {
          '"R01"': /^Amount is large\. Customers are told: Please call us\.$/,
          '"M01"': /^The model says so\.$/,
        },
        only: true,
      },
      { name: "a model", parts: { model: '"‸"' }, offers: { '"card-fraud"': /./ }, only: true },
      { name: "a version of the model", parts: { version: '"‸"' }, offers: { '"1"': /./ }, only: true },
      {
        name: "a rule",
        parts: { before: "‸\n" },
        offers: { "a rule": /conditions, and what they ask for/ },
        only: true,
      },
      {
        name: "rules that a test expects",
        parts: { fired: '["‸"]' },
        offers: { '"large"': /^asks for review\. Too large\.$/ },
        only: true,
      },
      { name: "reasons that a test expects", parts: { reasons: "[‸]" }, offers: { '"R01"': /Amount/, '"M01"': /./ } },
      {
        name: "features given in a test",
        parts: { given: "{ ‸ }" },
        offers: { amount: /^double: from the event/, fraud_score: /score of model/, occurred_at: /timestamp/ },
      },
      {
        name: "features missing in a test",
        parts: { missing: "{ ‸ }" },
        offers: { amount: /./, fraud_score: /./ },
      },
      {
        name: "lists of a test",
        parts: { lists: "{ ‸ }" },
        offers: { blocked_cards: /lists\/blocked_cards\.txt/, mules: /^kind redis/, safe_countries: /./ },
        only: true,
      },
    ];
    for (const { name, parts, offers, only } of cases)
      it(name, async () => {
        const found = await editor.proposals(policyFile, policyText(parts));
        const labels = found.map(({ label }) => label);
        for (const [label, says] of Object.entries(offers)) {
          const proposal = found.find((each) => each.label === label);
          assert.ok(proposal, `${label} is not among ${labels.join(" ")}`);
          assert.match(proposal.documentation ?? "", says);
        }
        if (only) assert.deepEqual(labels.toSorted(), Object.keys(offers).toSorted());
        assert.equal(new Set(labels).size, labels.length);
      });

    it("an example as it is, whatever signs are in it", async () => {
      const [proposal] = await editor.proposals(policyFile, policyText(leaf('"home"', '"matches"', "‸")));
      assert.equal(proposal?.insert, '"^[A-Z]{2\\}[0-9]{2\\}"');
    });
  });

  describe("shows", () => {
    const leaf = '{ "fact": "amo‸unt", "operator": "greaterThan", "value": 1 }';
    const cases: readonly [name: string, parts: Parts, shows: RegExp][] = [
      ["what a feature is", { leaf }, /`amount`: double: from the event\\. Amount of the purchase/],
      [
        "what an operator does",
        { leaf: '{ "fact": "amount", "operator": "greater‸Than", "value": 1 }' },
        /`greaterThan`: The feature is over this/,
      ],
      [
        "what a score is",
        { leaf: leaf.replace("amo‸unt", "fraud‸_score") },
        /`fraud_score`: double: the score of model/,
      ],
      ["what a reason says", { reason: '"R‸01"' }, /`R01`: Amount is large/],
      ["what a shared condition is", { leaf: '{ "condition": "bu‸sy" }' }, /`busy`: many purchases/],
      ["what a given feature is", { given: '{ "amo‸unt": 1 }' }, /double: from the event/],
      ["what a rule in a test does", { fired: '["la‸rge"]' }, /`large`: asks for review/],
    ];
    for (const [name, parts, shows] of cases)
      it(name, async () => assert.match(await editor.shown(policyFile, policyText(parts)), shows));
  });
});

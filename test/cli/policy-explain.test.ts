import assert from "node:assert/strict";
import { fixtureFlags } from "../support/fixtures.ts";
import { runVerdict } from "../support/run-verdict.ts";

const explain = (...args: readonly string[]) => runVerdict(["policy", "explain", ...args, ...fixtureFlags]);
const large = "Declines (R01) when amount is over 1000 and share_of_day is over 0.5.";

describe("verdict policy explain", () => {
  it("says what the policy does, then each rule", async () => {
    const { code, out, err } = await explain("payments");
    assert.deepEqual([code, err], [0, ""]);
    const [policy, first, second, third] = out.split("\n\n");
    assert.equal(
      policy,
      "Approves (G01) at once unless amount is over 0.\n" +
        "The strictest outcome holds (decline, then review, then approve); when nothing asks for one: approve.",
    );
    assert.equal(first, `large\n  ${large}`);
    assert.equal(
      second,
      'abroad-at-night\n  In shadow, changing nothing: reviews (R02) when is_night is true and home_country is not "FR".',
    );
    assert.equal(third?.split("\n")[1], "  Reviews (R03) when any of these holds:");
  });

  it("says one rule alone", async () => assert.equal((await explain("payments", "large")).out, `large\n  ${large}\n`));

  it("prints JSON", async () =>
    assert.deepEqual(JSON.parse((await explain("payments", "large", "--json")).out), {
      id: "payments",
      policy: [],
      rules: [
        {
          name: "large",
          mode: "live",
          outcome: "decline",
          reason: "R01",
          points: 0,
          onUnknown: "ignore",
          sentence: large,
        },
      ],
    }));

  it("refuses a policy and a rule that are not there", async () => {
    const [policy, rule] = await Promise.all([explain("payment"), explain("payments", "larg")]);
    assert.deepEqual([policy.code, rule.code], [2, 2]);
    assert.match(policy.err, /there is no policy payment; known: payments/);
    assert.match(rule.err, /payments has no rule larg; did you mean "large"\?/);
  });
});

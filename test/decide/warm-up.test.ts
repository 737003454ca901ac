import assert from "node:assert/strict";
import fc from "fast-check";
import { warmUp } from "../../src/decide/warm-up.ts";
import { featureTypes } from "../policy/support/facts.ts";
import { policyDocument } from "../policy/support/policies.ts";
import { runs } from "../support/property.ts";
import { bundleOf } from "./support/engine.ts";

const features = Object.fromEntries(
  [...featureTypes].map(([name, type]) => [name, { from: "request", path: name, type }]),
);

describe("warming up", () => {
  it("runs through any policy, and scores nothing", async () => {
    let scored = 0;
    const scores = {
      "m/1": () => {
        scored += 1;
        return Promise.reject(new Error("models are not run"));
      },
    };
    await fc.assert(
      fc.asyncProperty(policyDocument(), async (policy) => {
        await warmUp(bundleOf({ features, policy, scores, lists: { listed: [] } }));
      }),
      runs(30),
    );
    assert.equal(scored, 0);
  });

  it("gives way to what goes on meanwhile", async () => {
    let turns = 0;
    let warm = false;
    const other = (async () => {
      while (!warm) {
        turns += 1;
        await new Promise((resume) => setImmediate(resume));
      }
    })();
    const rules = [
      { name: "r", conditions: { all: [{ fact: "amount", operator: "equal", value: 1 }] }, event: { type: "review" } },
    ];
    await warmUp(bundleOf({ features, policy: { rules } }));
    warm = true;
    await other;
    assert.ok(turns > 50, `${turns} turns`);
  });
});

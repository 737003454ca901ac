import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { toFields } from "../../src/client/value.ts";
import { cleanUp } from "../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../support/engine.ts";

const shipped = (folder: string) => fileURLToPath(new URL(`../../${folder}`, import.meta.url));

describe("the card-authorization policy as shipped, with its model", () => {
  const clean = cleanUp(after);
  let engine: RunningEngine;

  before(async () => {
    engine = await startEngine(clean, { policiesDir: shipped("policies"), modelsDir: shipped("models") });
  });

  const decide = (requestId: string, amount: number) =>
    engine.client.decide({
      request_id: requestId,
      policy: "card-authorization",
      event: toFields({ customer_id: "c1", terminal_id: "t1", amount }),
    });

  it("scores an ordinary purchase and approves it", async () => {
    const { outcome, scores, sources } = await decide("ordinary", 20);
    assert.equal(outcome, "approve");
    const [score, ...others] = scores;
    assert.deepEqual(
      [score?.model, score?.version, score?.status, score?.band, others],
      ["card-fraud", "1", "OK", "", []],
    );
    assert.ok(score!.value! > 0 && score!.value! < 0.5, `score ${score!.value}`);
    assert.ok(score!.percentile! >= 0 && score!.percentile! <= 100, `percentile ${score!.percentile}`);
    assert.deepEqual(sources.map(({ name, status }) => `${name} ${status}`).sort(), [
      "customer_spend OK",
      "terminal_activity OK",
    ]);
  });

  it("declines a purchase over the limit, by rule and by score", async () => {
    const { outcome, reasons } = await decide("large", 400);
    assert.equal(outcome, "decline");
    assert.ok(reasons.some(({ code, rule }) => code === "R01" && rule === "amount-over-limit"));
  });

  it("lets an account verification through the gate: nothing is fetched, and the score says why it has no value", async () => {
    const { outcome, reasons, scores, sources } = await decide("verification", 0);
    assert.equal(outcome, "approve");
    assert.deepEqual(
      reasons.map(({ code, rule }) => [code, rule]),
      [["G01", "gate"]],
    );
    assert.deepEqual(
      scores.map(({ status, value }) => [status, value]),
      [["NOT_AWAITED", undefined]],
    );
    assert.deepEqual(new Set(sources.map(({ status }) => status)), new Set(["NOT_AWAITED"]));
  });
});

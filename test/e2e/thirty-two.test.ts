import assert from "node:assert/strict";
import { toFields } from "../../src/client/value.ts";
import { graphOf } from "../../src/decide/graph.ts";
import { cleanUp } from "../support/clean-up.ts";
import { explanationOf, type RunningEngine, startEngine } from "../support/engine.ts";
import { declinedFrom, policies, reviewedFrom } from "../support/thirty-two/documents.ts";
import { answersFor, depth, keyFrom, services } from "../support/thirty-two/layout.ts";
import { startThirtyTwo, type ThirtyTwo } from "../support/thirty-two/thirty-two.ts";

/** What the answers for an order make of it. */
function expectedOf(order: string) {
  const answers = answersFor(order);
  const values = [...answers.values()].map(({ value }) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const declined = answers.get("a1")!.value >= declinedFrom;
  return { answers, mean, outcome: declined ? "decline" : mean >= reviewedFrom ? "review" : "approve" };
}

/** The first order of which this is true. */
function orderThat(fits: (expected: ReturnType<typeof expectedOf>) => boolean): string {
  for (let at = 0; ; at++) if (fits(expectedOf(`order-${at}`))) return `order-${at}`;
}

describe("a policy that needs 32 requests, 4 deep", function () {
  this.timeout(60_000);
  const clean = cleanUp(after);
  let thirtyTwo: ThirtyTwo;
  let engine: RunningEngine;

  before(async () => {
    thirtyTwo = await startThirtyTwo(clean, { takesMs: 5, deadlineMs: 20_000, timeoutMs: 15_000 });
    engine = await startEngine(clean, thirtyTwo.documents);
  });

  const decide = (order: string, policy: string) =>
    engine.client.decide({
      request_id: `${policy} ${order}`,
      policy,
      event: toFields({ order_id: order }),
      explain: true,
    });

  it("is planned as 32 fetches, of which 4 at most follow one after the other", () => {
    const graph = graphOf(engine.engine.bundles.current().policies.get(policies.complete)!);
    const fetches = graph.nodes.filter(({ kind }) => kind === "http" || kind === "grpc");
    assert.equal(graph.longestChain, depth);
    assert.deepEqual(
      fetches.map(({ name, kind, depth: level, after }) => ({ name, protocol: kind, level, after })).sort(byName),
      services.toSorted(byName),
    );
  });

  it("asks each service once, with keys made of the answers before, and scores and decides on all answers", async () => {
    const orders = (["decline", "review", "approve"] as const).map((outcome) =>
      orderThat((expected) => expected.outcome === outcome),
    );
    await thirtyTwo.asked();
    const decisions = await Promise.all(orders.map((order) => decide(order, policies.complete)));
    const asked = await thirtyTwo.asked();
    for (const [at, decision] of decisions.entries()) {
      const order = orders[at]!;
      const { answers, mean, outcome } = expectedOf(order);
      assert.deepEqual([decision.outcome, decision.completeness], [outcome, "COMPLETE"]);
      assert.ok(Math.abs(decision.scores[0]!.value! - mean) < 1e-6);
      assert.deepEqual(
        decision.sources.map(({ name, kind, status }) => `${name} ${kind} ${status}`).sort(),
        services.map(({ name, protocol }) => `${name} ${protocol} OK`).sort(),
      );
      const { features } = explanationOf(decision);
      for (const { name, level } of services) {
        const { key, value } = answers.get(name)!;
        assert.equal(features[`${name}_value`]?.value, value, name);
        if (level < depth) assert.equal(features[`${name}_key`]?.value, key, name);
      }
      assert.deepEqual(
        asked
          .filter(({ traceId }) => traceId === decision.trace_id)
          .map(({ service, key }) => `${service} ${key}`)
          .sort(),
        services
          .map(({ name, after }) => `${name} ${keyFrom(after.map((each) => answers.get(each)!.key)) || order}`)
          .sort(),
      );
    }
    assert.equal(asked.length, orders.length * services.length);
  });

  it("asks fewer where the outcome is settled before, and decides alike", async () => {
    const order = orderThat(({ outcome }) => outcome === "decline");
    await thirtyTwo.asked();
    const decision = await decide(order, policies.early);
    assert.deepEqual([decision.outcome, decision.settled_early], ["decline", true]);
    const asked = new Set((await thirtyTwo.asked()).map(({ service }) => service));
    // What waits for the first service's key through another.
    for (const name of ["c1", "c7", "c8", "d1", "d6", "d7", "d8"]) assert.ok(!asked.has(name), name);
  });

  it("finds the service that is slow: it holds the decision up, and nothing beside it does", async () => {
    await thirtyTwo.setTimes({ takesMs: 5, slow: { b3: 500 } });
    const { sources } = await decide("of-a-slow-service", policies.complete);
    await thirtyTwo.setTimes({ takesMs: 5 });
    const blamed = sources.toSorted((left, right) => right.contribution_ms - left.contribution_ms)[0]!;
    assert.equal(blamed.name, "b3");
    assert.ok(blamed.critical && sources.filter(({ critical }) => critical).length <= depth);
  });
});

function byName(left: { name: string }, right: { name: string }): number {
  return left.name < right.name ? -1 : 1;
}

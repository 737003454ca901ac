import assert from "node:assert/strict";
import fc from "fast-check";
import type { TimedDecision } from "../../src/domain/timed-decision.ts";
import { Fleet } from "../../src/latency/fleet.ts";
import type { LatencyReport } from "../../src/latency/report.ts";
import { elapsedIf, isAskedOf, scenarios } from "../../src/latency/what-if.ts";
import { runs } from "../support/property.ts";
import { aMeasuredDecision, timed, timedStep } from "./support/timed.ts";

function reportOn(decisions: readonly TimedDecision[], cacheHit = 0.9): LatencyReport {
  const fleet = new Fleet(cacheHit);
  for (const decision of decisions) fleet.add(decision);
  return fleet.report();
}

/** The nearest rank, by sorting; milliseconds. */
function quantile(elapsedUs: readonly number[], share: number): number {
  return (
    elapsedUs.toSorted((left, right) => left - right)[Math.max(0, Math.ceil(share * elapsedUs.length) - 1)]! / 1000
  );
}

/** Issuer beside device, of 0.4 ms, then the rules. Times under 2 ms are exact. */
const decision = (number: number, issuerUs: number, part: Partial<TimedDecision> = {}) =>
  timed(
    [
      timedStep({ name: "issuer", durationUs: issuerUs }),
      timedStep({ name: "device", durationUs: 400, status: "CACHED" }),
      timedStep({ name: "late", durationUs: 50, status: "NOT_AWAITED", awaited: false }),
      timedStep({
        name: "rules",
        kind: "rules",
        startUs: Math.max(issuerUs, 400),
        durationUs: 100,
        waitsFor: [0, 1],
      }),
    ],
    { decisionId: `d${number}`, arrivedAtMs: Date.UTC(2026, 10, 1) + number, ...part },
  );

describe("what holds decisions up", () => {
  it("is told policy by policy, step by step, the worst first", () => {
    const many = [1, 2, 3, 4].map((number) => decision(number, number === 4 ? 200 : 1000));
    const other = decision(5, 500, { policy: "logins" });
    const { policies } = reportOn([...many, other], 1);
    assert.deepEqual(
      policies.map(({ policy, decisions }) => [policy, decisions]),
      [
        ["payments", 4],
        ["logins", 1],
      ],
    );
    const { steps, ...whole } = policies[0]!;
    assert.deepEqual(whole, {
      policy: "payments",
      decisions: 4,
      first: "2026-11-01T00:00:00.001Z",
      last: "2026-11-01T00:00:00.004Z",
      totalMs: 3.8,
      p50Ms: 1.1,
      p99Ms: 1.1,
    });
    assert.deepEqual(
      steps.map(({ name, runs: ran, cached, failed, notAwaited }) => [name, ran, cached, failed, notAwaited]),
      [
        ["issuer", 4, 0, 0, 0],
        ["device", 4, 4, 0, 0],
        ["rules", 4, 0, 0, 0],
        ["late", 0, 0, 0, 4],
      ],
    );
    const [issuer, device] = steps;
    assert.deepEqual(issuer, {
      name: "issuer",
      kind: "source",
      runs: 4,
      cached: 0,
      failed: 0,
      notAwaited: 0,
      p50Ms: 1,
      p99Ms: 1,
      criticalShare: 0.75,
      contributionMs: 3,
      contributionShare: 3000 / 3800,
      // While device ran too it was not alone.
      soleMs: 1.8,
      soleShare: 1800 / 3800,
      whatIf: {
        instant: { p50Ms: 0.5, p99Ms: 0.5 },
        twiceAsFast: { p50Ms: 0.6, p99Ms: 0.6 },
        cached: { p50Ms: 0.5, p99Ms: 0.5 },
        dropped: { p50Ms: 0.5, p99Ms: 0.5 },
      },
    });
    // It was answered from memory already, and holds up only where issuer is faster.
    assert.deepEqual(device?.whatIf.cached, { p50Ms: 1.1, p99Ms: 1.1 });
    assert.deepEqual(Object.keys(steps[2]!.whatIf), ["instant", "twiceAsFast"]);
  });

  it("is, for a cache, as many hits as said, always the same ones", () => {
    const many = Array.from({ length: 2000 }, (_, number) => decision(number, 1000));
    const hits = (share: number) => many.filter((each) => elapsedIf("cached", each, 0, share) !== each.elapsedUs);
    assert.equal(hits(0).length, 0);
    assert.equal(hits(1).length, 2000);
    assert.ok(Math.abs(hits(0.9).length / 2000 - 0.9) < 0.03, `${hits(0.9).length}`);
    assert.deepEqual(hits(0.9), hits(0.9));
    assert.ok(
      hits(0.5).every((each) => hits(0.9).includes(each)),
      "more hits are other hits",
    );
  });

  it("is what replaying every decision for every question gives", () => {
    fc.assert(
      fc.property(
        fc.array(aMeasuredDecision, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1 }),
        (all, hit) => {
          const decisions = all.map(({ decision: each }, at) => ({ ...each, decisionId: `d${at}` }));
          const report = reportOn(decisions, Number.isNaN(hit) ? 0.5 : hit);
          const { steps } = report.policies[0]!;
          for (const { name, kind, whatIf } of steps) {
            for (const scenario of scenarios) {
              if (!isAskedOf(scenario, { kind })) {
                assert.equal(whatIf[scenario], undefined);
                continue;
              }
              const elapsed = decisions.map((each) => {
                const at = each.steps.findIndex((step) => step.name === name && step.kind === kind);
                const isThere = at >= 0 && each.steps[at]!.awaited !== false;
                return isThere ? elapsedIf(scenario, each, at, report.cacheHit) : each.elapsedUs;
              });
              // Half microseconds are rounded.
              const near = (found: number, exact: number) => assert.ok(Math.abs(found - exact) <= 0.0005 + 1e-9);
              near(whatIf[scenario]!.p50Ms, quantile(elapsed, 0.5));
              near(whatIf[scenario]!.p99Ms, quantile(elapsed, 0.99));
            }
          }
          const share = (of: (step: (typeof steps)[number]) => number) =>
            steps.reduce((sum, step) => sum + of(step), 0);
          assert.ok(Math.abs(share(({ contributionShare }) => contributionShare) - 1) < 1e-9);
          assert.ok(share(({ soleShare }) => soleShare) <= 1 + 1e-9);
        },
      ),
      runs(150),
    );
  });

  it("is nothing of no decisions", () => assert.deepEqual(reportOn([]).policies, []));
});

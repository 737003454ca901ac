import assert from "node:assert/strict";
import fc from "fast-check";
import type { Decision, StepTiming } from "../../src/domain/decision.ts";
import type { TimedDecision } from "../../src/domain/timed-decision.ts";
import { decisionsIn } from "../../src/latency/from-jaeger.ts";
import { spansOf } from "../../src/observe/spans.ts";
import { asMeasured } from "../decide/support/ticking.ts";
import { aDecision, step } from "../observe/a-decision.ts";
import { runs } from "../support/property.ts";
import { jaegerTrace } from "./support/jaeger-trace.ts";
import { aMeasuredDecision } from "./support/timed.ts";

const fromTrace = (decision: Decision): TimedDecision => {
  const [found, ...more] = decisionsIn(jaegerTrace(decision.trace.traceId, [spansOf(decision, "ratio")]));
  assert.ok(found !== undefined && more.length === 0);
  return found;
};
/** What each step waits for and stands behind, by names. */
const graph = ({ steps }: TimedDecision) =>
  Object.fromEntries(
    steps.map(({ name, waitsFor = [], behind = [] }) => [
      name,
      [waitsFor.map((at) => steps[at]!.name), behind.map((at) => steps[at]!.name)],
    ]),
  );

describe("a decision read from its trace", () => {
  it("has the steps that have spans, when they were, what became of them and what they waited for", () => {
    const steps = [
      step({ name: "record", kind: "record", startMs: 0.1, durationMs: 0.2 }),
      step({ name: "gate", kind: "gate", startMs: 0.4, durationMs: 0.1, behind: 0 }),
      step({ name: "issuer", kind: "source", startMs: 0.6, durationMs: 3, behind: 1, status: "CACHED" }),
      step({ name: "ratio", kind: "derived", startMs: 3.7, durationMs: 0.1, waitsFor: [2] }),
      step({ name: "device", kind: "source", startMs: 4, durationMs: 1, waitsFor: [2], behind: 3, status: "TIMEOUT" }),
      step({ name: "score", kind: "model", startMs: 6, durationMs: 1, waitsFor: [3, 4] }),
      step({ name: "card in blocked", kind: "source", startMs: 6.2, durationMs: 1, behind: 3 }),
      step({ name: "rules", kind: "rules", startMs: 7.5, durationMs: 0.5, waitsFor: [5, 6] }),
    ];
    const found = fromTrace(aDecision({ steps, elapsedMs: 8.25 }));
    assert.deepEqual(
      found.steps.map(({ name, kind, status, startUs, durationUs }) => [name, kind, status, startUs, durationUs]),
      [
        ["record", "record", "OK", 100, 200],
        ["gate", "gate", "OK", 400, 100],
        ["issuer", "source", "CACHED", 600, 3000],
        ["device", "source", "TIMEOUT", 4000, 1000],
        ["score", "model", "OK", 6000, 1000],
        ["card in blocked", "source", "OK", 6200, 1000],
        ["rules", "rules", "OK", 7500, 500],
      ],
    );
    assert.deepEqual(graph(found), {
      record: [[], []],
      gate: [[], ["record"]],
      issuer: [[], ["gate"]],
      device: [["issuer"], []],
      score: [["issuer", "device"], []],
      "card in blocked": [[], ["issuer"]],
      rules: [["score", "card in blocked"], []],
    });
    const { steps: _, ...whole } = found;
    assert.deepEqual(whole, {
      policy: "payments",
      decisionId: "0199aaaa-0000-7000-8000-000000000001",
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      arrivedAtMs: 1_767_787_200_000.5,
      elapsedUs: 8250,
      outcome: "approve",
      completeness: "COMPLETE",
    });
  });

  it("is any decision's, with times off by no more than its spans were moved apart", () => {
    fc.assert(
      fc.property(aMeasuredDecision, ({ steps: set, decision: { elapsedUs } }) => {
        // Far enough apart that no two spans share a microsecond but those that should.
        const scale = 0.1;
        const intervals = asMeasured(set);
        const order = [...intervals.keys()].sort(
          (left, right) => intervals[left]!.start - intervals[right]!.start || left - right,
        );
        const steps = order.map((at): StepTiming => {
          const { start, end, waitsFor, awaited } = intervals[at]!;
          return step({
            name: `s${at}`,
            kind: "source",
            status: awaited ? "OK" : "NOT_AWAITED",
            startMs: Math.min(start, elapsedUs) * scale,
            // What is given up is so before the decision ends.
            durationMs: Math.max(0, Math.min(end, elapsedUs) - start) * scale,
            awaited,
            waitsFor: waitsFor.map((other) => order.indexOf(other)),
          });
        });
        const found = fromTrace(aDecision({ steps, elapsedMs: elapsedUs * scale }));
        assert.ok(Math.abs(found.elapsedUs - elapsedUs * scale * 1000) <= 2 * steps.length);
        for (const { name, awaited, waitsFor, startMs } of steps) {
          if (!awaited) continue;
          const read = found.steps.find((each) => each.name === name)!;
          assert.ok(Math.abs(read.startUs - startMs * 1000) <= 2 * steps.length);
          assert.deepEqual(
            (read.waitsFor ?? []).map((other) => found.steps[other]!.name).sort(),
            waitsFor.map((other) => steps[other]!.name).sort(),
          );
        }
      }),
      runs(200),
    );
  });

  it("is found beside other decisions and spans of one trace", () => {
    const decisions = ["a", "b"].map((decisionId) => aDecision({ decisionId }));
    const plans = decisions.map((decision) => spansOf(decision, "parent"));
    const found = decisionsIn(jaegerTrace("t", plans));
    assert.deepEqual(
      found.map(({ decisionId, steps }) => [decisionId, steps.length]),
      [
        ["b", 6],
        ["a", 6],
      ],
    );
  });

  it("is none of a trace without decisions", () =>
    assert.deepEqual(
      decisionsIn({ traceID: "t", spans: [{ spanID: "1", operationName: "GET", startTime: 1, duration: 2 }] }),
      [],
    ));
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { attribute } from "../../src/decide/attribute.ts";
import type { StepTiming } from "../../src/domain/decision.ts";
import { parseLine } from "../../src/latency/parse-line.ts";
import { timingsLine } from "../../src/observe/timings-line.ts";
import { asMeasured } from "../decide/support/ticking.ts";
import { aDecision, step } from "../observe/a-decision.ts";
import { runs } from "../support/property.ts";
import { aMeasuredDecision, timed, timedStep } from "./support/timed.ts";

const good = timed([
  timedStep({ name: "issuer" }),
  timedStep({ name: "device", awaited: false, status: "NOT_AWAITED" }),
  timedStep({ name: "rules", kind: "rules", startUs: 1000, durationUs: 5, waitsFor: [0] }),
]);
const withStep = (at: number, part: object) => ({
  ...good,
  steps: good.steps.map((each, index) => (index === at ? { ...each, ...part } : each)),
});

describe("a line of a timings file", () => {
  it("is read as it was written", () => assert.deepEqual(parseLine(JSON.stringify(good)), good));

  it("may hold what this version does not know", () =>
    assert.deepEqual(parseLine(JSON.stringify({ ...good, region: "x" })), { ...good, region: "x" }));

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ["half a line", JSON.stringify(good).slice(0, 50), /^it is not JSON$/],
    ["no object", "[1]", /^\$: /],
    ["a property missing", JSON.stringify({ ...good, policy: undefined }), /policy/],
    ["a wrong kind", JSON.stringify(withStep(0, { kind: "wizard" })), /^\$\.steps\[0\]\.kind: /],
    ["a negative duration", JSON.stringify(withStep(0, { durationUs: -1 })), /^\$\.steps\[0\]\.durationUs: /],
    ["a wait for itself", JSON.stringify(withStep(2, { waitsFor: [2] })), /rules waits for step 2, .*before it/],
    ["a wait for nothing", JSON.stringify(withStep(2, { behind: [9] })), /rules waits for step 9/],
    ["a wait for what was given up", JSON.stringify(withStep(2, { waitsFor: [1] })), /step 1, which was not awaited/],
  ];
  for (const [what, text, problem] of bad) {
    it(`is refused with ${what}`, () => {
      const found = parseLine(text);
      assert.ok(typeof found === "string", "it was read");
      assert.match(found, problem);
    });
  }

  it("gives the attribution that the decision was answered with, to the microsecond", () => {
    fc.assert(
      fc.property(aMeasuredDecision, fc.double({ min: 0.5, max: 3, noNaN: true }), ({ steps, decision }, scale) => {
        const scaled = asMeasured(steps).map((each) => ({
          ...each,
          start: (each.start * scale) / 1000,
          end: (each.end * scale) / 1000,
        }));
        const elapsedMs = (decision.elapsedUs * scale) / 1000;
        const line = timingsLine(
          aDecision({
            elapsedMs,
            steps: scaled.map(
              ({ start, end, awaited, waitsFor }, at): StepTiming =>
                step({ name: `s${at}`, kind: "source", startMs: start, durationMs: end - start, awaited, waitsFor }),
            ),
          }),
        );
        const read = parseLine(line);
        assert.ok(typeof read !== "string", String(read));
        const again = attribute(
          read.steps.map(({ startUs, durationUs, awaited = true, waitsFor = [] }) => ({
            start: startUs,
            end: startUs + durationUs,
            awaited,
            waitsFor,
          })),
          read.elapsedUs,
        );
        const off = (us: number, ms: number) => Math.abs(us - ms * 1000);
        for (const [at, each] of attribute(scaled, elapsedMs).steps.entries()) {
          // Each rounded length on a path of a dozen may be one off.
          assert.ok(off(again.steps[at]!.saving, each.saving) <= 12);
          assert.ok(off(again.steps[at]!.sole, each.sole) <= 12);
          assert.ok(off(again.steps[at]!.slack, each.slack) <= 12);
        }
      }),
      runs(200),
    );
  });
});

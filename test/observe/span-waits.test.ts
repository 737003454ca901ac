import assert from "node:assert/strict";
import { spansOf } from "../../src/observe/spans.ts";
import { aDecision, step } from "./a-decision.ts";

const waits = (span: ReturnType<typeof spansOf>): [string, unknown, unknown][] => [
  [span.name, span.attributes["verdict.waits_for"], span.attributes["verdict.behind"]],
  ...span.children.flatMap(waits),
];

describe("the graph of a decision, in its trace", () => {
  it("is told span by span; what a derived feature waited for stands in its place", () => {
    const steps = [
      step({ name: "record", kind: "record", startMs: 0, durationMs: 1 }),
      step({ name: "gate", kind: "gate", startMs: 1, durationMs: 1, behind: 0 }),
      step({ name: "issuer", kind: "source", startMs: 2, durationMs: 3, behind: 1 }),
      step({ name: "ratio", kind: "derived", startMs: 5, durationMs: 1, waitsFor: [2] }),
      step({ name: "device", kind: "source", startMs: 6, durationMs: 1, waitsFor: [2], behind: 3 }),
      step({ name: "gone", kind: "source", startMs: 6, status: "NOT_AWAITED", waitsFor: [2] }),
      step({ name: "score", kind: "model", startMs: 8, durationMs: 1, waitsFor: [3, 4] }),
      step({ name: "share", kind: "derived", startMs: 9, durationMs: 1, waitsFor: [6] }),
      step({ name: "rules", kind: "rules", startMs: 10, durationMs: 1, waitsFor: [7], behind: 3 }),
    ];
    assert.deepEqual(
      waits(spansOf(aDecision({ steps, elapsedMs: 12 }), "ratio")).filter(([, on, behind]) => on ?? behind),
      [
        ["gate", undefined, "record"],
        ["source issuer", undefined, "gate"],
        ["source device", "source issuer", undefined],
        ["model score", "source issuer, source device", undefined],
        ["rules payments", "model score", "source issuer"],
      ],
    );
  });
});

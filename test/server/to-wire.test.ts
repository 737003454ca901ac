import assert from "node:assert/strict";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import fc from "fast-check";
import { fromStruct } from "../../src/client/value.ts";
import type { DecideResponse, DecideResponse__Output } from "../../src/server/generated/verdict/v1/DecideResponse.ts";
import { protos } from "../../src/server/protos.ts";
import { decisionToWire } from "../../src/server/to-wire.ts";
import { aDecision, step } from "../observe/a-decision.ts";

const { serialize, deserialize } = protos["verdict.v1.DecideResponse"] as MessageTypeDefinition<
  DecideResponse,
  DecideResponse__Output
>;
const sent = (decision: Parameters<typeof aDecision>[0]) => deserialize(serialize(decisionToWire(aDecision(decision))));

describe("to the wire", () => {
  it("every field of a decision arrives", () => {
    const source = {
      sourceKind: "table" as const,
      startMs: 1,
      durationMs: 2,
      contributionMs: 3,
      savingMs: 4,
      slackMs: 5,
      soleMs: 6,
    };
    const answer = sent({
      requestId: "r1",
      outcome: "decline",
      reasons: [{ code: "R01", message: "too much", rule: "large" }],
      scores: [
        { feature: "score", model: "fraud", version: "1", value: 0, percentile: 0, band: "review", status: "OK" },
        {
          feature: "none",
          model: "theft",
          version: "2",
          value: undefined,
          percentile: undefined,
          band: "",
          status: "MISSING_INPUT",
        },
      ],
      rules: [{ name: "large", outcome: "decline", mode: "live", result: "FIRED" }],
      completeness: "PARTIAL",
      missingFeatures: new Map([["home_country", "null"]]),
      settledEarly: true,
      steps: [
        step({ name: "gate", kind: "gate" }),
        step({ ...source, name: "customers", kind: "source", critical: true }),
      ],
      explanation: undefined,
    });
    const scores = answer.scores.map(({ value, percentile, ...score }) => ({ ...score, value, percentile }));
    assert.deepEqual(
      { ...answer, scores: scores.map((score) => JSON.parse(JSON.stringify(score))) },
      {
        decision_id: "0199aaaa-0000-7000-8000-000000000001",
        request_id: "r1",
        outcome: "decline",
        reasons: [{ code: "R01", message: "too much", rule: "large" }],
        scores: [
          {
            model: "fraud",
            version: "1",
            band: "review",
            status: "OK",
            _value: "value",
            _percentile: "percentile",
            value: 0,
            percentile: 0,
          },
          { model: "theft", version: "2", band: "", status: "MISSING_INPUT" },
        ],
        rules: [{ name: "large", outcome: "decline", mode: "live", result: "FIRED" }],
        policy: { id: "payments", digest: "abcd" },
        completeness: "PARTIAL",
        missing_features: ["home_country"],
        settled_early: true,
        sources: [
          {
            name: "customers",
            kind: "table",
            status: "OK",
            start_ms: 1,
            duration_ms: 2,
            contribution_ms: 3,
            saving_ms: 4,
            slack_ms: 5,
            critical: true,
            sole_ms: 6,
          },
        ],
        elapsed_ms: 4.8,
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
        explanation: null,
      },
    );
  });

  it("an explanation arrives whole, what is undefined apart", () => {
    // No document has such a name, and protobufjs takes none.
    const finite = fc
      .jsonValue({ noUnicodeString: false } as object)
      .filter((value) => !JSON.stringify(value).includes('"__proto__"'));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), finite, { maxKeys: 5 }), (rules) => {
        const { explanation } = sent({ explanation: { features: {}, rules } });
        assert.deepEqual(JSON.parse(JSON.stringify(fromStruct(explanation!))), {
          features: {},
          rules: JSON.parse(JSON.stringify(rules)),
        });
      }),
    );
  });
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Decision } from "../../../src/cli/demo/decider.ts";
import { explained, mostInteresting } from "../../../src/cli/demo/explained.ts";
import { detection, outcomeRows } from "../../../src/cli/demo/outcomes.ts";
import { report } from "../../../src/cli/demo/report.ts";
import { ruleRows } from "../../../src/cli/demo/rules.ts";
import { sourceReport } from "../../../src/cli/demo/sources.ts";
import type { DecideResponse } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { answerTo, decisionsOf, responseOf, smallWorld } from "./support/decisions.ts";

let number = 0;

function decision(amount: number, fraud: boolean, response: DecideResponse): Decision {
  const transaction = {
    requestId: `r${number++}`,
    occurredAtMs: Date.UTC(2024, 0, 1, 12),
    customerId: "c0001",
    terminalId: "t0001",
    amount,
    fraud,
    scenario: fraud ? 2 : 0,
  } as const;
  return { transaction, response: responseOf(response), latencyMs: 1 };
}

const mixed = [
  decision(100.1, true, { outcome: "decline", reasons: [{ code: "A" }] }),
  decision(200.2, true, { outcome: "review" }),
  decision(0.1, true, { outcome: "approve" }),
  decision(10, false, { outcome: "decline" }),
  decision(20, false, { outcome: "approve" }),
  decision(30, false, { outcome: "approve" }),
];

describe("the report", () => {
  it("counts outcomes against the truth, strictest first, unknown ones last", () => {
    deepStrictEqual(outcomeRows([...mixed, decision(5, false, { outcome: "challenge" })]), [
      { outcome: "decline", fraud: { count: 1, amount: 100.1 }, legitimate: { count: 1, amount: 10 } },
      { outcome: "review", fraud: { count: 1, amount: 200.2 }, legitimate: { count: 0, amount: 0 } },
      { outcome: "approve", fraud: { count: 1, amount: 0.1 }, legitimate: { count: 2, amount: 50 } },
      { outcome: "challenge", fraud: { count: 0, amount: 0 }, legitimate: { count: 1, amount: 5 } },
    ]);
  });

  it("adds up what was caught, by count and by amount", () => {
    deepStrictEqual(detection(mixed), {
      fraud: { count: 3, amount: 300.4 },
      declined: { count: 1, amount: 100.1 },
      reviewed: { count: 1, amount: 200.2 },
      declinedOrReviewed: { count: 2, amount: 300.3 },
      legitimate: { count: 3, amount: 60 },
      falsePositives: { count: 1, amount: 10 },
    });
  });

  it("counts each rule's firings and those on fraud, not what is unknown or has not fired", () => {
    const rule = (name: string, result: "FIRED" | "NOT_FIRED" | "UNKNOWN") =>
      ({ name, outcome: "review", mode: "live", result }) as const;
    const rows = ruleRows([
      decision(1, true, { rules: [rule("b", "FIRED"), rule("c", "UNKNOWN")] }),
      decision(1, false, { rules: [rule("b", "FIRED"), rule("a", "FIRED"), rule("c", "NOT_FIRED")] }),
      decision(1, false, { rules: [rule("a", "FIRED"), rule("d", "FIRED")] }),
    ]);
    const row = (name: string, fired: number, fraud: number) => ({
      ...{ name, outcome: "review", mode: "live", fired, fraud },
      precision: fraud / fired,
    });
    deepStrictEqual(rows, [row("a", 2, 0), row("b", 2, 1), row("d", 1, 0)]);
  });

  it("gives each source its share of the engine's time, and what is left over", () => {
    const source = (name: string, duration_ms: number, contribution_ms: number, status: "OK" | "SKIPPED" = "OK") =>
      ({ name, kind: "http", status, duration_ms, contribution_ms }) as const;
    const same = (value: number) => ({ p50: value, p95: value, p99: value, max: value });
    deepStrictEqual(
      sourceReport([
        decision(1, false, { elapsed_ms: 4, sources: [source("quick", 1, 0.5), source("slow", 2, 2)] }),
        decision(1, false, { elapsed_ms: 4, sources: [source("quick", 0, 0.5, "SKIPPED"), source("slow", 2, 2)] }),
      ]),
      {
        rows: [
          {
            ...{ name: "slow", kind: "http", statuses: { OK: 2 }, share: 0.5 },
            ...{ durationMs: same(2), contributionMs: same(2) },
          },
          {
            ...{ name: "quick", kind: "http", statuses: { OK: 1, SKIPPED: 1 }, share: 0.125 },
            ...{ durationMs: same(1), contributionMs: same(0.5) },
          },
        ],
        rest: 0.375,
      },
    );
  });

  it("says nothing that is not there when nothing was decided", () => {
    const driven = { events: [], labels: [], warmUp: [], days: [], failures: [] };
    const options = { decideDays: 3, concurrency: 32 };
    const empty = report({ options, simulation: smallWorld, transactions: 0, driven, explanation: null });
    const text = JSON.stringify(empty);
    ok(!text.includes("NaN") && !/:null/.test(text.replace('"explained":null', "")));
    deepStrictEqual(empty.sources, { rows: [], rest: 0 });
    strictEqual(empty.decisionsPerSecond, 0);
  });

  it("groups failures that are alike, the most frequent first", () => {
    const failure = (message: string) => ({ code: "UNAVAILABLE", reason: "NOT_READY", message, violations: [] });
    const driven = {
      events: [],
      labels: [],
      warmUp: [],
      days: [],
      failures: [failure("a"), failure("b"), failure("b")],
    };
    const options = { decideDays: 3, concurrency: 32 };
    deepStrictEqual(report({ options, simulation: smallWorld, transactions: 0, driven, explanation: null }).failures, [
      { ...failure("b"), count: 2 },
      { ...failure("a"), count: 1 },
    ]);
  });

  it("explains the declined fraud with the most reasons, then the largest", () => {
    const reasons = [{ code: "A" }, { code: "B" }];
    const best = decision(50, true, { outcome: "decline", reasons });
    const others = [...mixed, decision(40, true, { outcome: "decline", reasons }), decision(900, false, { reasons })];
    strictEqual(mostInteresting([...others, best]), best);
    strictEqual(mostInteresting(mixed.slice(1)), mixed[1]);
    strictEqual(mostInteresting(mixed.slice(2)), undefined);
  });

  it("puts first the features that the fired rules look at", () => {
    const { transaction } = decisionsOf(smallWorld.transactions).find(({ transaction: { amount } }) => amount > 220)!;
    const { features, fired } = explained(transaction, answerTo(transaction, { explain: true }));
    deepStrictEqual(
      features.map(({ name }) => name),
      ["amount", "customer_tx_count_1d", "device_age_days"],
    );
    ok(fired.every(({ result }) => result === "FIRED"));
  });

  it("explains what it can when the engine explains nothing", () => {
    const [some] = mixed;
    deepStrictEqual(explained(some!.transaction, some!.response).features, []);
  });
});

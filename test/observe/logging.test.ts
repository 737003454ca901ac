import assert from "node:assert/strict";
import { pino } from "pino";
import { adviceOn } from "../../src/observe/advice.ts";
import { createLogger } from "../../src/observe/logger.ts";
import { createMetrics } from "../../src/observe/metrics/metrics.ts";
import { observed } from "../../src/observe/observed.ts";
import { cleanUp } from "../support/clean-up.ts";
import { fixtureFlags } from "../support/fixtures.ts";
import { runVerdict } from "../support/run-verdict.ts";
import { aDecision, step } from "./a-decision.ts";

/** What is logged of a decision at the finest level. */
async function logged(part: Parameters<typeof aDecision>[0]): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: "trace", base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  const decide = observed(async () => aDecision(part), {
    logger,
    metrics: createMetrics(),
    tracing: undefined,
    timings: undefined,
  });
  await decide({} as never, {} as never);
  await new Promise(setImmediate);
  return lines;
}

const decided = {
  level: 20,
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  decisionId: "0199aaaa-0000-7000-8000-000000000001",
  policy: "payments",
  outcome: "approve",
  completeness: "COMPLETE",
  elapsedMs: 4.8,
  msg: "decided",
};

describe("the log", () => {
  const clean = cleanUp();

  it("tells what was decided, and nothing of what it was decided from", async () => {
    assert.deepEqual(await logged({}), [decided]);
  });

  it("warns of a step that failed, with what it said and what to do", async () => {
    const steps = [
      step({ name: "device", kind: "source", status: "ERROR", error: new Error("refused") }),
      step({ name: "slow", kind: "source", status: "TIMEOUT" }),
    ];
    const { traceId, decisionId } = decided;
    const failed = { level: 40, traceId, decisionId, kind: "source", msg: "a step of a decision failed" };
    assert.deepEqual(await logged({ steps }), [
      { ...failed, step: "device", status: "ERROR", problem: "refused", whatToDo: adviceOn(steps[0]!) },
      { ...failed, step: "slow", status: "TIMEOUT", whatToDo: adviceOn(steps[1]!) },
      decided,
    ]);
  });

  it("never shows an event's attributes, at its finest level, when deciding works and when it is refused", async () => {
    const folder = await clean.folder();
    const flags = [...fixtureFlags, "--data", folder, "--log-level", "trace"];
    const serve = ["decide", "--policy", "payments", "--event", "-", ...flags];
    const good = { customer_id: "SECRET-id", amount: 987654.25, terminal: { id: "SECRET-terminal" }, x: "SECRET-x" };
    for (const event of [good, { ...good, amount: "SECRET-amount" }]) {
      const { err } = await runVerdict(serve, { stdin: JSON.stringify(event) });
      assert.doesNotMatch(err, /SECRET|987654/);
    }
  });

  it("tells the error of a call that failed unforeseen and its cause, but not what libraries attach to them", async () => {
    const lines: string[] = [];
    const attached = { command: { args: ["SECRET"] }, input: "SECRET" };
    const cause = Object.assign(new Error("below"), attached);
    createLogger("info", { write: (line) => lines.push(line) }).error(
      { error: Object.assign(new TypeError("a bug", { cause }), attached) },
      "a call failed",
    );
    const { level, service, error, msg } = JSON.parse(lines[0] ?? "{}");
    assert.deepEqual([level, service, msg], [50, "verdict", "a call failed"]);
    assert.equal(error.cause.message, "below");
    assert.doesNotMatch(lines[0] ?? "", /SECRET/);
    assert.deepEqual([error.type, error.message], ["TypeError", "a bug"]);
    assert.match(error.stack, /logging\.test\.ts/);
  });
});

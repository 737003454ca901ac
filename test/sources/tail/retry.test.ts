import assert from "node:assert/strict";
import { Missing } from "../../../src/domain/feature.ts";
import { Latencies } from "../../../src/domain/latencies.ts";
import type { SourceAnswer } from "../../../src/domain/source.ts";
import { withRetries } from "../../../src/sources/tail/retry.ts";
import { ask, countEvents, FakeSource, FakeTime, feature, ok } from "./support.ts";

type Outcome = SourceAnswer | "reset";
const error: SourceAnswer = { status: "ERROR", values: [Missing.error] };
const notFound: SourceAnswer = { status: "NOT_FOUND", values: [Missing.not_found] };

/** What the source does with each attempt, 20 ms after it; and what comes of the fetch. */
const cases: readonly {
  readonly it: string;
  readonly outcomes: readonly Outcome[];
  readonly medianMs?: number;
  readonly timeoutMs?: number;
  readonly calls: number;
  readonly end: SourceAnswer | string;
}[] = [
  { it: "is made after a failure", outcomes: ["reset", ok(1)], calls: 2, end: ok(1) },
  { it: "is made after an answer that is an error", outcomes: [error, ok(1)], calls: 2, end: ok(1) },
  { it: "is made as often as allowed", outcomes: ["reset", error, ok(1)], calls: 3, end: ok(1) },
  { it: "is made no oftener", outcomes: ["reset", "reset", "reset", ok(1)], calls: 3, end: "reset" },
  { it: "ends with the last failure", outcomes: ["reset", "reset", error], calls: 3, end: error },
  { it: "is not made when there is none of the key", outcomes: [notFound], calls: 1, end: notFound },
  { it: "is not made for a part that lacks", outcomes: [ok(Missing.error)], calls: 1, end: ok(Missing.error) },
  { it: "is not made in less time than usual", outcomes: ["reset"], medianMs: 80, calls: 1, end: "reset" },
  { it: "is made in just more time than usual", outcomes: ["reset", ok(1)], medianMs: 79, calls: 2, end: ok(1) },
  { it: "takes the failure's time for the usual", outcomes: ["reset"], timeoutMs: 40, calls: 1, end: "reset" },
  { it: "is not made after the timeout", outcomes: [], calls: 1, end: "timeout" },
];

describe("a retry", () => {
  for (const { it: what, outcomes, medianMs, timeoutMs = 100, calls, end } of cases)
    it(what, async () => {
      const [time, source, { counts, events }] = [new FakeTime(), new FakeSource(), countEvents()];
      const latencies = new Latencies();
      for (let each = 0; medianMs !== undefined && each < 20; each += 1) latencies.record(medianMs);
      const left = [...outcomes];
      source.onCall = ({ answer, fail }) => {
        const outcome = left.shift();
        if (outcome === "reset") time.after(20, () => fail(new Error("reset")));
        else if (outcome !== undefined) time.after(20, () => answer(outcome));
      };
      const fetch = withRetries(source, { retries: 2 }, { time, events, latencies }).prepare([feature]);
      const asked = ask(fetch, time, ["k"], timeoutMs);
      await time.pass(timeoutMs);
      assert.deepEqual([source.calls.length, asked.end, asked.listeners], [calls, end, 0]);
      assert.deepEqual(counts, calls === 1 ? {} : { retried: calls - 1 });
    });
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { labelDelayMs, timeline } from "../../../src/cli/demo/timeline.ts";
import { smallWorld } from "./support/decisions.ts";

const dayMs = 86_400_000;

describe("the timeline", () => {
  const all = [...smallWorld.transactions];
  const { startMs, days } = smallWorld;

  for (const decideDays of [1, 3, 12, 19]) {
    it(`decides the last ${decideDays} of 20 days and records the others`, () => {
      const { history, decided } = timeline(all, { startMs, days, decideDays });
      deepStrictEqual([...history, ...decided.flatMap(({ transactions }) => transactions)], all);
      strictEqual(decided.length, decideDays);
      for (const [index, { transactions }] of decided.entries()) {
        const dayStartMs = startMs + (days - decideDays + index) * dayMs;
        ok(transactions.every(({ occurredAtMs: ms }) => ms >= dayStartMs && ms < dayStartMs + dayMs));
      }
    });

    it(`brings each label once, on the first morning when it is a week old (${decideDays} days)`, () => {
      const { decided } = timeline(all, { startMs, days, decideDays });
      for (const [index] of decided.entries()) {
        const dayStartMs = startMs + (days - decideDays + index) * dayMs;
        const known = all.filter(({ occurredAtMs }) => occurredAtMs + labelDelayMs < dayStartMs);
        deepStrictEqual(
          decided.slice(0, index + 1).flatMap(({ labels }) => labels),
          known,
        );
      }
    });
  }
});

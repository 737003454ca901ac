import { ok, strictEqual } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { explained, mostInteresting } from "../../../src/cli/demo/explained.ts";
import { render } from "../../../src/cli/demo/render.ts";
import { report } from "../../../src/cli/demo/report.ts";
import { answerTo, decisionsOf, smallWorld } from "./support/decisions.ts";

const golden = new URL("./golden/report.txt", import.meta.url);

describe("the printed report", () => {
  const all = [...smallWorld.transactions];
  const decisions = decisionsOf(all);
  const { transaction } = mostInteresting(decisions)!;
  const printed = render(
    report({
      options: { decideDays: 3, concurrency: 32 },
      simulation: smallWorld,
      transactions: all.length,
      driven: {
        events: [{ accepted: 2_000, duplicates: 0, rejected: 1, seconds: 0.5, failures: [] }],
        labels: [{ accepted: 1_500, duplicates: 20, rejected: 0, seconds: 0.25, failures: [] }],
        warmUp: [{ decisions: decisions.slice(0, 500), seconds: 1 }],
        days: [{ decisions, seconds: 2 }],
        failures: [
          { code: "REJECTED", reason: "BAD_EVENT", message: "event.amount is no number", violations: [] },
          { code: "UNAVAILABLE", reason: "", message: "Connection dropped", violations: [] },
        ],
      },
      explanation: explained(transaction, answerTo(transaction, { explain: true })),
    }),
  );

  it("is the golden one (UPDATE=1 rewrites it)", () => {
    if (process.env.UPDATE === "1") writeFileSync(golden, printed);
    strictEqual(printed, readFileSync(golden, "utf8"));
  });

  it("fits into 100 columns and leaves no spaces at the ends of lines", () => {
    for (const line of printed.split("\n")) {
      ok(line.length <= 100, line);
      strictEqual(line, line.trimEnd());
    }
  });
});

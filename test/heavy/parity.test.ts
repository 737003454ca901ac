import { ok, strictEqual } from "node:assert/strict";
import { startChildEngine } from "../../src/cli/child-engine.ts";
import { createProgress } from "../../src/cli/demo/progress.ts";
import { connect } from "../../src/client/client.ts";
import { compare, describeMismatches, type Served, servedBy } from "../parity/support/compare.ts";
import { featuresBySql } from "../parity/support/definitions.ts";
import { fromParquet } from "../parity/support/events.ts";
import { replay } from "../parity/support/replay.ts";

/** Of the last week, so many are decided and compared; the others are recorded. */
const sample = 20_000;
const range = {
  historyFromMs: Date.UTC(2018, 5, 20),
  fromMs: Date.UTC(2018, 7, 1),
  untilMs: Date.UTC(2018, 7, 8),
};

describe("features served for real transactions, beside the same in SQL", () => {
  it(`agree on ${sample} events of the last week`, async () => {
    const file = process.env.DATA;
    ok(file, "DATA has to name the file of transactions");
    const startedMs = performance.now();
    const events = await fromParquet({ file, ...range, sample });
    const engine = await startChildEngine();
    const client = connect(engine.address);
    const progress = createProgress(process.stderr);
    try {
      const served = new Map<string, Served>();
      progress.begin("replaying events", events.count);
      await replay(client, events, {
        explain: true,
        onDecision: ({ requestId }, response) => served.set(requestId, servedBy(response)),
        onEvent: () => progress.advance(),
      });
      progress.end();
      const comparison = compare(await featuresBySql(events), served);
      const seconds = Math.round((performance.now() - startedMs) / 1_000);
      process.stdout.write(
        `    ${comparison.events} events compared, ${comparison.features} features compared, ` +
          `${comparison.mismatches.length} mismatches, ${seconds} s\n`,
      );
      strictEqual(comparison.events, sample);
      strictEqual(comparison.mismatches.length, 0, describeMismatches(comparison));
    } finally {
      client.close();
      await engine.stop();
      events.close();
    }
  });
});

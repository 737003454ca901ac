import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type ChildEngine, startChildEngine } from "../../src/cli/child-engine.ts";
import { connect } from "../../src/client/client.ts";
import { toTimestamp } from "../../src/client/timestamp.ts";
import { toFields } from "../../src/client/value.ts";
import type { DecideRequest } from "../../src/server/generated/verdict/v1/DecideRequest.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { cleanUp } from "../support/clean-up.ts";
import { metric } from "../support/engine.ts";
import { markedDocuments, marksAmong } from "../support/marked-documents.ts";
import { openLoop } from "../support/open-loop.ts";
import { followVersions } from "../support/status.ts";
import { until } from "../support/until.ts";

const changes = 200;
const perSecond = 1_000;
/** Far from what the engine takes at the same time, which would be refused, rightly, as overload. */
const maxInFlight = 200;
const policyId = "card-authorization";
const policies = fileURLToPath(new URL("../../policies", import.meta.url));

describe(`${changes} changes of the documents under ${perSecond} decisions a second`, () => {
  const clean = cleanUp();
  let log = "";

  async function start(policiesDir: string): Promise<ChildEngine> {
    process.env.VERDICT_RELOAD_MS = "50";
    clean.later(() => {
      delete process.env.VERDICT_RELOAD_MS;
    });
    const engine = await startChildEngine({
      flags: ["--policies", policiesDir, "--log-level", "error"],
      onLog: (text) => {
        log += text;
      },
    });
    clean.later(() => engine.stop());
    return engine;
  }

  it("fail no call, leave every decision to one version, and tell each broken one", async () => {
    const policiesDir = path.join(await clean.folder(), "policies");
    const documents = await markedDocuments(policies, policiesDir, policyId);
    await documents.write(0);
    const engine = await start(policiesDir);
    const client = connect(engine.address);
    clean.later(() => client.close());
    const versions = await followVersions(engine.httpAddress, documents);

    const request = requests();
    const failures: unknown[] = [];
    const marks = new Map<string, Set<string>>();
    let decided = 0;
    const load = openLoop({
      perSecond,
      maxInFlight,
      async send(index) {
        try {
          const { policy, reasons } = await client.decide(request(index));
          const found = marks.get(policy!.digest);
          const key = marksAmong(reasons).join(" and ");
          if (found === undefined) marks.set(policy!.digest, new Set([key]));
          else found.add(key);
          decided += 1;
        } catch (error) {
          failures.push(error);
        }
      },
    });
    clean.later(() => load.stop());

    const residentMb: number[] = [];
    for (let change = 1; change <= changes; change++) {
      const before = decided;
      if (change % 3 === 0) await versions.tryBroken(change);
      else await versions.take(change);
      await until(() => decided >= before + 20 || failures.length > 0);
      residentMb.push(residentMbOf(engine.pid));
    }
    await load.stop();

    const broken = Math.floor(changes / 3);
    assert.deepEqual(failures, []);
    assert.equal(decided, load.sent);
    const expected = [...versions.marks].map(([digest, mark]) => [digest, [mark]]);
    assert.deepEqual([...marks].map(([digest, found]) => [digest, [...found]]).sort(), expected.sort());
    assert.equal(versions.marks.size, changes - broken + 1);
    assert.equal(versions.told.length, broken);
    assert.equal(await metric(engine.httpAddress, "verdict_bundle_swaps_total"), changes - broken);
    assert.ok((await metric(engine.httpAddress, "verdict_bundle_rejections_total")) >= broken);
    const refusals = log.split("\n").filter((line) => line.includes("changed documents are refused"));
    const inLog = refusals.map((line) => (JSON.parse(line) as Refusal).files);
    for (const { file } of versions.told) {
      const at = inLog.findIndex((files) => files.some((each) => each.file === file && each.problems > 0));
      assert.ok(at >= 0, `the log does not tell of ${file}`);
      inLog.splice(0, at + 1);
    }
    // All that was replaced is closed again, once no decision can hold it any more.
    await until(async () => (await metric(engine.httpAddress, "verdict_bundles_open")) === 1);
    const [early, late] = [median(residentMb.slice(40, 80)), median(residentMb.slice(-40))];
    assert.ok(late < early + 100, `the engine's memory grew from ${early} MB to ${late} MB`);
    process.stdout.write(
      `    ${changes} changes: ${changes - broken} swaps, ${broken} refused; ${decided} decisions, ` +
        `${Math.round(decided / load.seconds)}/s of ${perSecond}/s wanted (${load.heldBack} not sent), ` +
        `${failures.length} failed; ${early} → ${late} MB resident\n`,
    );
  });
});

/** What the log says of documents that are refused. */
interface Refusal {
  readonly files: readonly { readonly file: string; readonly problems: number }[];
}

/**
 * Purchases one after the other, for ever, each with an id of its own; every round of them is of other people, so that
 * nobody's history grows without end. What the gate answers alone carries no mark.
 */
function requests(): (index: number) => DecideRequest {
  const events = [...simulate({ seed: 11, transactions: 20_000 }).transactions].filter(({ amount }) => amount > 0);
  return (index) => {
    const { occurredAtMs, customerId, terminalId, amount } = events[index % events.length]!;
    const round = Math.floor(index / events.length);
    return {
      request_id: `purchase-${index}`,
      policy: policyId,
      event: toFields({ customer_id: `${customerId}-${round}`, terminal_id: `${terminalId}-${round}`, amount }),
      occurred_at: toTimestamp(occurredAtMs),
    };
  };
}

/** What a process holds in memory of its own, without the store's mapped file (RssAnon, proc(5)). */
function residentMbOf(pid: number): number {
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Math.round(Number(kilobytes) / 1024);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]!;
}

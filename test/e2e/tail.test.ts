import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { loadTable } from "../../src/sources/table/load.ts";
import { cleanUp } from "../support/clean-up.ts";
import { explanationOf, metric, type RunningEngine, startEngine } from "../support/engine.ts";
import { fixtures, payment } from "../support/fixtures.ts";
import { until } from "../support/until.ts";

describe("an engine whose service fails", () => {
  const clean = cleanUp();
  let server: Server;
  let fails = false;
  let asked = 0;
  let sent = 0;

  beforeEach(async () => {
    [fails, asked] = [false, 0];
    server = createServer((_, response) => {
      asked += 1;
      response.writeHead(fails ? 500 : 200, { "content-type": "application/json" }).end('{"risk":0.25}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    clean.later(() => {
      server.closeAllConnections();
      server.close();
    });
  });

  async function start(tail: object): Promise<RunningEngine> {
    const policiesDir = path.join(await clean.folder(), "policies");
    await cp(fixtures.policiesDir, policiesDir, { recursive: true });
    const file = path.join(policiesDir, "features.json");
    const catalogue = JSON.parse(await readFile(file, "utf8"));
    catalogue.sources.device = { kind: "http", url: "${DEVICE}/v1/{customer_id}", timeoutMs: 1000, ...tail };
    catalogue.features.device_risk = { from: "device", path: "risk", type: "double" };
    await writeFile(file, JSON.stringify(catalogue));
    const policyFile = path.join(policiesDir, "payments.json");
    const policy = JSON.parse(await readFile(policyFile, "utf8"));
    policy.settle = "complete";
    policy.deadlineMs = 5000;
    delete policy.tests;
    policy.rules.push({
      name: "risky-device",
      conditions: { all: [{ fact: "device_risk", operator: "greaterThan", value: 0.9 }] },
      event: { type: policy.outcomes[0] },
    });
    await writeFile(policyFile, JSON.stringify(policy));
    const dataDir = await clean.folder();
    const rows = path.join(dataDir, "customers.csv");
    await writeFile(rows, "id,country\nalice,FR\n");
    await loadTable({
      dataDir,
      name: "customers",
      file: rows,
      key: ["id"],
      columns: { id: "string", country: "string" },
    });
    const { port } = server.address() as AddressInfo;
    return await startEngine(clean, { policiesDir, dataDir }, { DEVICE: `http://127.0.0.1:${port}` });
  }

  async function decide({ client }: RunningEngine) {
    sent += 1;
    const answer = await client.decide({ ...payment(`p${sent}`), explain: true });
    const { value, missing } = explanationOf(answer).features.device_risk as { value?: number; missing?: string };
    const status = answer.sources.find(({ name }) => name === "device")?.status;
    return { status, value, missing, completeness: answer.completeness };
  }

  it("answers from memory, and from an expired answer while the service fails, saying so", async () => {
    const engine = await start({ cacheMs: 50, cache: { staleMs: 60_000 } });
    const stale = () => metric(engine.httpAddress, 'verdict_source_tail_total{source="device",what="stale"}');
    assert.deepEqual(await decide(engine), { completeness: "COMPLETE", status: "OK", value: 0.25, missing: undefined });
    await until(async () => (await decide(engine)).status === "CACHED");
    fails = true;
    const before = asked;
    await until(async () => {
      const answer = await decide(engine);
      assert.deepEqual([answer.status, answer.value], ["CACHED", 0.25]);
      return answer.completeness === "PARTIAL";
    });
    assert.ok(asked > before);
    assert.ok((await stale()) >= 1);
  });

  it("asks it no more, marks what is missing for that, and asks it again when it is back", async () => {
    const engine = await start({ breaker: { window: 4, openMs: 50 } });
    const open = () => metric(engine.httpAddress, 'verdict_source_breaker_open{source="device"}');
    assert.equal((await decide(engine)).status, "OK");
    assert.equal(await open(), 0);
    fails = true;
    await until(async () => (await decide(engine)).missing === "breaker_open");
    assert.equal(await open(), 1);
    fails = false;
    await until(async () => (await decide(engine)).status === "OK");
    assert.equal(await open(), 0);
  });

  it("tells a refused fetch from an empty one: the decision is degraded", async () => {
    const engine = await start({ breaker: { window: 1, openMs: 60_000 } });
    fails = true;
    const ends = [await decide(engine), await decide(engine)];
    assert.deepEqual(ends, [
      { status: "ERROR", value: undefined, missing: "error", completeness: "DEGRADED" },
      { status: "SKIPPED", value: undefined, missing: "breaker_open", completeness: "DEGRADED" },
    ]);
  });
});
